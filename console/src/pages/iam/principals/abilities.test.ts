import { expect, test } from "vitest";
import { linesOf, type Answer } from "./abilities";

function answered(part: Partial<Answer>): Answer {
  return { verb: "pull", answer: "no", missing: [], dependsOn: [], ...part };
}

test.each<[Partial<Answer>, string, string[]]>([
  [{ answer: "yes" }, "Yes", []],
  [{ missing: [{ action: "ecr:GetDownloadUrlForLayer", deniedBy: [] }] }, "No", ["ecr:GetDownloadUrlForLayer is missing"]],
  [
    {
      missing: [
        { action: "ecr:PutImage", deniedBy: [] },
        { action: "ecr:PutImage", deniedBy: [] },
        { action: "ecr:BatchGetImage", deniedBy: [{}] },
      ],
    },
    "No",
    ["ecr:PutImage is missing", "ecr:BatchGetImage is denied"],
  ],
  [{ answer: "some" }, "For some repositories", []],
  [{ answer: "depends", dependsOn: ["aws:SourceIp"] }, "Depends on aws:SourceIp", []],
  [{ answer: "undecided" }, "Undecided", []],
])("%o is said as %s", (part, said, because) => {
  expect(linesOf([answered(part)])[0]).toMatchObject({ verb: "docker pull", said, because });
});

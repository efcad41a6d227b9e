import { expect, test } from "vitest";
import { linesOf, saidBy, type Answer } from "./abilities";

function answered(part: Partial<Answer>): Answer {
  return { verb: "pull", answer: "no", missing: [], dependsOn: [], add: null, ...part };
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
  expect(linesOf([saidBy(answered(part))])[0]).toMatchObject({ verb: "docker pull", said, because });
});

test.each<[Partial<Answer>, unknown[]]>([
  [{ add: [{ to: "identity", statement: { Sid: "a" } }] }, [{ Sid: "a" }]],
  [{ answer: "yes", add: [{ to: "identity", statement: {} }] }, []],
  [{ add: null }, []],
  // An identity policy alone would not do.
  [{ add: [{ to: "identity", statement: {} }, { to: "boundary", statement: {} }] }, []],
])("%o can be mended by adding %o", (part, add) => {
  expect(linesOf([saidBy(answered(part))])[0]?.add).toEqual(add);
});

import { expect, test } from "vitest";
import { begun, commandsOf, EMPTY, nameOf, repositoryOf, withNews, withOlder } from "./log";
import type { Decision } from "./types";

function made(action: string, second: number, more: Partial<Decision> = {}): Decision {
  const at = new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  return { id: "", at, group: "g", action, verdict: "Allowed", context: { "aws:useragent": "docker/24" }, principal: "p", resource: "r", ...more } as Decision;
}

test("what one client asks in one go is one command, named by its actions", () => {
  const push = [made("ecr:PutImage", 3), made("ecr:UploadLayerPart", 2), made("ecr:BatchGetImage", 1)];
  const [command, ...others] = commandsOf(push);
  expect(others).toEqual([]);
  expect(command?.verb).toBe("push");
  expect(command?.actions).toEqual(["ecr:BatchGetImage", "ecr:UploadLayerPart", "ecr:PutImage"]);
  expect(commandsOf([made("ecr:GetDownloadUrlForLayer", 2), made("ecr:BatchGetImage", 1)])[0]?.verb).toBe("pull");
  expect(commandsOf([made("ecr:GetAuthorizationToken", 1)])[0]?.verb).toBe("login");
});

test("another client, another repository or a pause begins another command", () => {
  expect(commandsOf([made("ecr:PutImage", 2), made("ecr:PutImage", 1, { group: "other" })])).toHaveLength(2);
  expect(commandsOf([made("ecr:PutImage", 50), made("ecr:PutImage", 10)])).toHaveLength(2);
});

test("the calls of an SDK are told by their actions, and no docker command", () => {
  const called = made("ecr:BatchGetImage", 1, { context: { "aws:useragent": "aws-cli/2.1 md/x" } });
  expect(commandsOf([called])[0]).toMatchObject({ verb: undefined, client: "aws-cli/2.1" });
  expect(commandsOf([made("iam:ListRoles", 1)])[0]?.verb).toBeUndefined();
});

test("the refused requests of a command are known", () => {
  const refused = made("ecr:GetDownloadUrlForLayer", 2, { id: "x", verdict: "ImplicitlyDenied" });
  expect(commandsOf([refused, made("ecr:BatchGetImage", 1)])[0]?.refused).toEqual([refused]);
});

test("news and what was known are told once, without the looking itself", () => {
  const known = [made("ecr:PutImage", 1)];
  const news = [made("dockreeve:ListDecisions", 3), made("ecr:BatchGetImage", 2), ...known];
  const { decisions } = withNews({ ...EMPTY, decisions: known }, news);
  expect(decisions.map(({ action }) => action)).toEqual(["ecr:BatchGetImage", "ecr:PutImage"]);
});

test("older pages follow the last decision until there is none, and make room for themselves", () => {
  const first = begun(EMPTY, { decisions: [made("ecr:PutImage", 3)], next: "3-1" });
  expect(first).toMatchObject({ older: { next: "3-1" }, room: EMPTY.room });
  const last = withOlder(first, { decisions: [made("ecr:BatchGetImage", 2)], next: null });
  expect(last.decisions.map(({ action }) => action)).toEqual(["ecr:PutImage", "ecr:BatchGetImage"]);
  expect(last).toMatchObject({ older: undefined, room: EMPTY.room + 1 });
});

test("the oldest give way to news, and can be asked for again", () => {
  const held = { decisions: [made("ecr:PutImage", 2), made("ecr:PutImage", 1)], older: undefined, room: 2 };
  const after = withNews(held, [made("ecr:BatchGetImage", 3)]);
  expect(after.decisions.map(({ action }) => action)).toEqual(["ecr:BatchGetImage", "ecr:PutImage"]);
  expect(after.older).toEqual({ until: made("ecr:PutImage", 2).at });
});

test("a newest page that does not reach what is held takes its place, so that there is no hole", () => {
  const held = { ...EMPTY, decisions: [made("ecr:PutImage", 1)] };
  const apart = begun(held, { decisions: [made("ecr:PutImage", 9)], next: "9-1" });
  expect(apart.decisions).toHaveLength(1);
  expect(apart.older).toEqual({ next: "9-1" });
  const joined = begun(held, { decisions: [made("ecr:PutImage", 2), ...held.decisions], next: "1-1" });
  expect(joined.decisions).toHaveLength(2);
  expect(joined.older).toBeUndefined();
});

test("names are read from ARNs", () => {
  expect(repositoryOf("arn:aws:ecr:us-east-1:1:repository/team/web")).toBe("team/web");
  expect(repositoryOf("*")).toBe("");
  expect(nameOf("arn:aws:sts::1:assumed-role/CI/i-1")).toBe("CI/i-1");
  expect(nameOf("arn:aws:iam::1:user/team/ann")).toBe("ann");
  expect(nameOf("arn:aws:iam::1:root")).toBe("root");
});

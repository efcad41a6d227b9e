import { describe, expect, test } from "vitest";
import { begun, carryOn, takeBack, type Progress, type Step } from "./steps";

function recorded() {
  const calls: string[] = [];
  const failing = new Set<string>();
  const act = (name: string) => () => {
    calls.push(name);
    return failing.has(name) ? Promise.reject(new Error(name)) : Promise.resolve();
  };
  const steps: Step[] = [
    { title: "role", run: act("make role"), undo: act("delete role") },
    { title: "policy", run: act("attach"), undo: act("detach") },
    { title: "tags", run: act("tag") },
  ];
  return { calls, failing, steps };
}

describe("steps", () => {
  test("run in order, and each change is told", async () => {
    const { calls, steps } = recorded();
    const told: Progress[] = [];
    const end = await carryOn(steps, begun(steps), (progress) => told.push(progress));
    expect(calls).toEqual(["make role", "attach", "tag"]);
    expect(end.states).toEqual(["done", "done", "done"]);
    expect(told[0]?.states).toEqual(["running", "waiting", "waiting"]);
    expect(told).toHaveLength(6);
  });

  test("stop at a failure and go on from there, without doing twice what is done", async () => {
    const { calls, failing, steps } = recorded();
    failing.add("attach");
    const stopped = await carryOn(steps, begun(steps), () => undefined);
    expect(stopped.states).toEqual(["done", "failed", "waiting"]);
    expect(stopped.error).toEqual(new Error("attach"));
    failing.clear();
    const end = await carryOn(steps, stopped, () => undefined);
    expect(end).toEqual({ states: ["done", "done", "done"] });
    expect(calls.filter((name) => name === "make role")).toHaveLength(1);
  });

  test("are taken back in the reverse order, the failed one left out", async () => {
    const { calls, failing, steps } = recorded();
    failing.add("tag");
    const stopped = await carryOn(steps, begun(steps), () => undefined);
    const back = await takeBack(steps, stopped, () => undefined);
    expect(calls.slice(3)).toEqual(["detach", "delete role"]);
    expect(back.states).toEqual(["undone", "undone", "failed"]);
  });

  test("leave done what nothing can take back, and take back the others", async () => {
    const { calls, steps } = recorded();
    const some = steps.map((step) => ({ ...step, lasting: step.title === "policy" }));
    const done = await carryOn(some, begun(some), () => undefined);
    const back = await takeBack(some, done, () => undefined);
    expect(calls.slice(3)).toEqual(["delete role"]);
    expect(back.states).toEqual(["undone", "done", "undone"]);
  });

  test("keep as done what could not be taken back", async () => {
    const { failing, steps } = recorded();
    const done = await carryOn(steps, begun(steps), () => undefined);
    failing.add("detach");
    const back = await takeBack(steps, done, () => undefined);
    expect(back.states).toEqual(["done", "done", "undone"]);
    expect(back.error).toEqual(new Error("detach"));
  });
});

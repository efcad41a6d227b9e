import { expect, test } from "vitest";
import { pushCommands } from "./pushCommands";

function commands(origin: string, uri: string) {
  const found = pushCommands({ uri, origin, region: "eu-west-1" });
  return Object.fromEntries(found.map((one) => [one.client, one]));
}

const lines = (of: { steps: { command: string }[] } | undefined) => of?.steps.map(({ command }) => command) ?? [];

test("over TLS no tool is told to leave it unverified, and nothing has to be noted", () => {
  const all = commands("https://registry.example", "registry.example/team/app");
  for (const one of Object.values(all)) {
    expect(lines(one).join(" ")).not.toContain("verify");
    expect(one.note).toBeUndefined();
  }
  expect(lines(all.docker)).toEqual([
    "aws ecr get-login-password --region eu-west-1 --endpoint-url https://registry.example | docker login --username AWS --password-stdin registry.example",
    "docker build -t team/app .",
    "docker tag team/app:latest registry.example/team/app:latest",
    "docker push registry.example/team/app:latest",
  ]);
});

test("over plain http on loopback docker needs nothing, the others an option at each step that reaches the server", () => {
  const all = commands("http://127.0.0.1:5150", "127.0.0.1:5150/team/app");
  expect(all.docker?.note).toBeUndefined();
  expect(lines(all.skopeo)[1]).toBe(
    "skopeo copy --dest-tls-verify=false oci:app:latest docker://127.0.0.1:5150/team/app:latest",
  );
  for (const client of ["podman", "skopeo", "buildah"]) {
    expect(lines(all[client])[0]).toContain(`| ${client} login --tls-verify=false --username AWS`);
    expect(lines(all[client]).at(-1)).toContain("tls-verify=false ");
  }
  expect(lines(all.podman)[1]).not.toContain("verify");
});

test.each(["localhost:5150", "123456789012.dkr.ecr.eu-west-1.localhost:5150", "[::1]:5150"])(
  "docker takes %s for loopback",
  (host) => {
    expect(commands(`http://${host}`, `${host}/app`).docker?.note).toBeUndefined();
  },
);

test("over plain http elsewhere docker's setting names the host", () => {
  const note = commands("http://registry.lan:5150", "registry.lan:5150/app").docker?.note;
  expect(note).toContain('"insecure-registries": ["registry.lan:5150"]');
});

import { expect, test } from "vitest";
import { isImageConfig, readConfig, readManifest } from "./manifest";

const INDEX = "application/vnd.oci.image.index.v1+json";

test("an image's layers, configuration and type are read", () => {
  const manifest = readManifest(
    JSON.stringify({
      config: { digest: "sha256:c", mediaType: "application/vnd.oci.image.config.v1+json", size: 2 },
      layers: [{ digest: "sha256:l", mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", size: 30 }],
      artifactType: "application/vnd.example",
      annotations: { a: "b" },
    }),
  );
  expect(manifest.config?.digest).toBe("sha256:c");
  expect(isImageConfig(manifest.config?.mediaType ?? "")).toBe(true);
  expect(manifest.layers.map(({ size }) => size)).toEqual([30]);
  expect(manifest.artifactType).toBe("application/vnd.example");
  expect(manifest.annotations).toEqual([["a", "b"]]);
  expect(manifest.isIndex).toBe(false);
});

test("an index names a platform for each of its images, with the variant where there is one", () => {
  const manifests = [
    { digest: "sha256:1", size: 1, platform: { os: "linux", architecture: "amd64" } },
    { digest: "sha256:2", size: 1, platform: { os: "linux", architecture: "arm", variant: "v7" } },
    { digest: "sha256:3", size: 1 },
  ];
  for (const mediaType of [INDEX, undefined]) {
    const read = readManifest(JSON.stringify({ mediaType, manifests }));
    expect(read.isIndex).toBe(true);
    expect(read.manifests.map(({ platform }) => platform)).toEqual(["linux/amd64", "linux/arm/v7", undefined]);
  }
});

test.each(["", "[]", "null", "1", "{"])("%j is no manifest", (text) => {
  expect(() => readManifest(text)).toThrow();
});

test("what has another type than it should is as if it were not there", () => {
  const manifest = readManifest('{"layers": [1, {"digest": 2, "size": "x"}], "config": [], "annotations": {"a": 1}}');
  expect(manifest.layers).toEqual([{ digest: "", mediaType: "", size: 0 }]);
  expect(manifest.config).toBeUndefined();
  expect(manifest.annotations).toEqual([["a", ""]]);
  expect(readConfig('{"config": 3, "history": "x"}')).toMatchObject({ platform: "", command: "", history: [] });
  expect(readConfig("[]")).toMatchObject({ environment: [], labels: [] });
});

test("a configuration tells how the image runs", () => {
  const config = readConfig(
    JSON.stringify({
      os: "linux",
      architecture: "arm64",
      created: "2026-01-02T03:04:05Z",
      config: {
        Cmd: ["sh", "-c", "echo it's"],
        Entrypoint: "/init",
        Env: ["PATH=/bin", 7],
        ExposedPorts: { "80/tcp": {} },
        Labels: { team: "a" },
      },
      history: [{ created_by: "COPY . ." }, { comment: "ENV", empty_layer: true }],
    }),
  );
  expect(config.platform).toBe("linux/arm64");
  expect(config.command).toBe(`sh -c 'echo it'\\''s'`);
  expect(config.entrypoint).toBe("/init");
  expect(config.environment).toEqual(["PATH=/bin"]);
  expect(config.ports).toEqual(["80/tcp"]);
  expect(config.labels).toEqual([["team", "a"]]);
  expect(config.history.map(({ by, empty }) => [by, empty])).toEqual([
    ["COPY . .", false],
    ["ENV", true],
  ]);
});

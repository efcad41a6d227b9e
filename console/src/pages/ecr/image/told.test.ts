import { expect, test } from "vitest";
import { shortDigest } from "./digest";
import { kindOf, sizeTold } from "./told";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.00 kB"],
  [1_234_567, "1.23 MB"],
  [52e9, "52.00 GB"],
  [9e15, "9000.00 TB"],
])("%d bytes are %s", (bytes, text) => {
  expect(sizeTold(bytes)).toBe(text);
});

test("a digest is cut, its algorithm kept", () => {
  expect(shortDigest(`sha256:${"0123456789abcdef".repeat(4)}`)).toBe("sha256:0123456789ab");
  expect(shortDigest("")).toBe(":");
});

test("images, indexes and artifacts are told apart", () => {
  const manifest = "application/vnd.oci.image.manifest.v1+json";
  expect(kindOf("application/vnd.docker.distribution.manifest.list.v2+json")).toBe("Image index");
  expect(kindOf(manifest, "application/vnd.oci.image.config.v1+json")).toBe("Image");
  expect(kindOf(manifest)).toBe("Image");
  expect(kindOf(manifest, "application/vnd.example.sbom")).toBe("vnd.example.sbom");
  expect(kindOf(manifest, "application/vnd.oci.empty.v1+json")).toBe("Artifact");
});

import { describe, expect, test } from "vitest";
import { isOtherRegion, regionIn, withRegion } from "./region";

const search = (text: string) => new URLSearchParams(text);

describe("the region in an address", () => {
  test.each(["eu-west-1", "ap-southeast-4", "us-gov-west-1", "cn-north-1"])("is %s", (code) => {
    expect(regionIn(search(`region=${code}&q=a`), "us-east-1")).toBe(code);
  });

  test.each(["", "region=", "region=EU-WEST-1", "region=eu-west", "region=eu-west-1/x", "region=%3Cb%3E"])(
    "is none in %s",
    (text) => {
      expect(regionIn(search(text), "us-east-1")).toBeUndefined();
    },
  );

  test("can be the server's own, whatever its name", () => {
    expect(regionIn(search("region=local"), "local")).toBe("local");
  });

  test("takes the place of another one and leaves the rest", () => {
    expect(withRegion(search("q=a&region=eu-west-1&page=2"), "us-east-1").toString()).toBe("q=a&region=us-east-1&page=2");
  });

  test("differs only where both addresses say one", () => {
    expect(isOtherRegion(search("region=eu-west-1"), search("region=us-east-1"))).toBe(true);
    expect(isOtherRegion(search("region=eu-west-1"), search("region=eu-west-1&tab=tags"))).toBe(false);
    expect(isOtherRegion(search("region=eu-west-1"), search(""))).toBe(false);
  });
});

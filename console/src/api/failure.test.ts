import { describe, expect, test } from "vitest";
import { ApiError, failureOf } from "./failure";

const ID = "abcdefghij0123456789abcde";

function sdkError(name: string, message: string, headers: Record<string, string> = {}): Error {
  const metadata = { httpStatusCode: 400, requestId: "r-1" };
  return Object.assign(new Error(message), { name, $metadata: metadata, $response: { headers } });
}

describe("a failure", () => {
  test("of the SDK has AWS's code and sentence, and the id from its header", () => {
    const error = sdkError("AccessDeniedException", "User: x is not authorized", { "x-authorization-id": ID });
    expect(failureOf(error)).toEqual({
      code: "AccessDeniedException",
      message: "User: x is not authorized",
      why: ID,
      requestId: "r-1",
      expired: false,
    });
  });

  test("has its id from the sentence where no header tells it", () => {
    expect(failureOf(new ApiError(403, "AccessDenied", `no [why: ${ID}]`)).why).toBe(ID);
    expect(failureOf(sdkError("AccessDenied", `Go to http://h/console/?region=r#/authorization-details/${ID} for`)).why).toBe(ID);
  });

  test("of expired credentials is known as one, in each protocol's spelling", () => {
    expect(failureOf(sdkError("ExpiredToken", "")).expired).toBe(true);
    expect(failureOf(sdkError("ExpiredTokenException", "")).expired).toBe(true);
    expect(failureOf(sdkError("InvalidClientTokenId", "")).expired).toBe(false);
  });

  test("of the network is told as one; a mistake of ours is not hidden behind it", () => {
    expect(failureOf(new TypeError("Failed to fetch")).code).toBe("Unreachable");
    expect(failureOf(new TypeError("x is not a function")).message).toBe("x is not a function");
  });

  test("that is no error is shown all the same", () => {
    expect(failureOf("gone").message).toBe("gone");
  });
});

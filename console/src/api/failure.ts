/** What went wrong, in one form whoever said it: the SDK, our own API, or the network. */

import { failures } from "../strings/shell";

export interface Failure {
  code: string;
  /** The server's own sentence, for the reader. */
  message: string;
  /** The id of the refusal, under which the server keeps its explanation. */
  why?: string;
  requestId?: string;
  /** The credentials are over: signing in again is what helps. */
  expired: boolean;
}

/** An answer of our own API that isn't a success. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly why?: string,
    /** Seconds, where too much was asked for too soon. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

const EXPIRED = new Set(["ExpiredToken", "ExpiredTokenException"]);
/** All that fetch says when no server answers: Chromium, Firefox, Safari. */
const NETWORK = /^(Failed to fetch|NetworkError|Load failed)/;
const WHY = /\[why: ([a-z0-9]{25})\]|#\/authorization-details\/([a-z0-9]{25})/;

interface SdkError extends Error {
  $metadata?: { requestId?: string; httpStatusCode?: number };
  $response?: { headers?: Record<string, string> };
}

export function failureOf(error: unknown): Failure {
  if (error instanceof ApiError) return made(error.code, error.message, error.why);
  if (!(error instanceof Error)) return made("Unknown", String(error));
  const { $metadata: metadata, $response: response } = error as SdkError;
  if (metadata?.httpStatusCode === undefined) {
    const isNetwork = error instanceof TypeError && NETWORK.test(error.message);
    return isNetwork ? made("Unreachable", failures.unreachable) : made(error.name, error.message);
  }
  return made(error.name, error.message, response?.headers?.["x-authorization-id"], metadata.requestId);
}

function made(code: string, message: string, why?: string, requestId?: string): Failure {
  const told = WHY.exec(message);
  const id = why ?? told?.[1] ?? told?.[2];
  return {
    code,
    message: message || code,
    expired: EXPIRED.has(code),
    ...(id && { why: id }),
    ...(requestId && { requestId }),
  };
}

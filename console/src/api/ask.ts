/** Calls to the product's own API under /api/, signed as the SDK signs AWS's. */

import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { current, expire } from "../session/session";
import { ApiError, failureOf } from "./failure";

export interface Question {
  query?: Record<string, string>;
  body?: unknown;
  signal?: AbortSignal;
}

/** The answer's JSON. Throws `ApiError`, or TypeError when no server answers. */
export async function ask<Answer>(method: string, path: string, question: Question = {}): Promise<Answer> {
  const { accessKeyId, secretAccessKey, sessionToken, region } = current();
  const body = question.body === undefined ? undefined : JSON.stringify(question.body);
  const signer = new SignatureV4({
    service: "dockreeve",
    region,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    sha256: Sha256, // in JavaScript: crypto.subtle is missing where the origin is plain http
  });
  const signed = await signer.sign({
    method,
    protocol: location.protocol,
    hostname: location.hostname,
    path,
    query: question.query ?? {},
    headers: { host: location.host, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body }),
  });
  const headers = { ...signed.headers };
  delete headers.host; // the browser writes it itself
  try {
    return await send<Answer>(method, path, { ...question, headers, text: body });
  } catch (error) {
    if (failureOf(error).expired) expire();
    throw error;
  }
}

interface Sending {
  query?: Record<string, string>;
  headers?: Record<string, string>;
  text?: string | undefined;
  signal?: AbortSignal;
}

/** An unsigned call, for the few that are made before anybody is signed in. */
export async function send<Answer>(method: string, path: string, sending: Sending): Promise<Answer> {
  const query = sending.query ? `?${encoded(sending.query)}` : "";
  const response = await fetch(path + query, {
    method,
    headers: sending.headers ?? { "content-type": "application/json" },
    body: sending.text ?? null,
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
    ...(sending.signal && { signal: sending.signal }),
  });
  const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (!response.ok) throw refusal(response, answer);
  return answer as Answer;
}

function refusal(response: Response, answer: Record<string, unknown>): ApiError {
  const code = answer.Code ?? answer.code;
  const message = answer.Message ?? answer.message;
  const { retryAfter } = answer;
  return new ApiError(
    response.status,
    typeof code === "string" ? code : `HTTP${response.status}`,
    typeof message === "string" ? message : response.statusText,
    response.headers.get("x-authorization-id") ?? undefined,
    typeof retryAfter === "number" ? retryAfter : undefined,
  );
}

/** As SigV4 signs it: a space is %20, never +. */
function encoded(query: Record<string, string>): string {
  return Object.entries(query)
    .map(([name, value]) => `${strict(name)}=${strict(value)}`)
    .join("&");
}

function strict(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}

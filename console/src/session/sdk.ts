/** The AWS SDK's clients, bound to this origin and to whoever is signed in. */

import { ECRClient } from "@aws-sdk/client-ecr";
import { IAMClient } from "@aws-sdk/client-iam";
import { STSClient } from "@aws-sdk/client-sts";
import { failureOf } from "../api/failure";
import { current, expire, type Session } from "./session";

type Keys = Pick<Session, "accessKeyId" | "secretAccessKey"> & { sessionToken?: string };

/** What every client of this server needs: everything is on the origin that the pages came from. */
export function configuration({ accessKeyId, secretAccessKey, sessionToken }: Keys, region: string) {
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  return { endpoint: location.origin, region, credentials, maxAttempts: 3 };
}

export function iam(): IAMClient {
  return watched(new IAMClient(ofSession()));
}

/** `region`: of what is in another one than the session's. */
export function ecr(region = current().region): ECRClient {
  return watched(new ECRClient({ ...ofSession(), region }));
}

export function sts(): STSClient {
  return watched(new STSClient(ofSession()));
}

function ofSession() {
  const session = current();
  return configuration(session, session.region);
}

/** Ends the session when the server says that its credentials have expired. */
function watched<Client extends IAMClient | ECRClient | STSClient>(client: Client): Client {
  const stack = client.middlewareStack as IAMClient["middlewareStack"];
  stack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (failureOf(error).expired) expire();
        throw error;
      }
    },
    { step: "initialize", name: "watchExpiry" },
  );
  return client;
}

/** AWS's way to end the sessions of a role: an inline policy that denies all that was issued before. */

export const REVOCATION = "AWSRevokeOlderSessions";

interface Revoking {
  Statement?: { Condition?: { DateLessThan?: { "aws:TokenIssueTime"?: string } } }[];
}

export function revocation(before: Date): string {
  const condition = { DateLessThan: { "aws:TokenIssueTime": before.toISOString() } };
  const statement = { Effect: "Deny", Action: ["*"], Resource: ["*"], Condition: condition };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] }, null, 4);
}

/** Until when what was issued is revoked, as the policy with that name says; undefined if it doesn't. */
export function revokedBefore(document: string): string | undefined {
  try {
    const { Statement: statements = [] } = JSON.parse(document) as Revoking;
    return [statements].flat()[0]?.Condition?.DateLessThan?.["aws:TokenIssueTime"];
  } catch {
    return undefined;
  }
}

/** Secrets as files that tools read: a CSV as AWS's console offers it, and a profile for ~/.aws/config. */

export interface Secrets {
  user: string;
  password?: string;
  accessKeyId?: string;
  secretAccessKey?: string;
}

/** With the headings of AWS's files. `url`: where the password is good. */
export function csvOf({ user, password, accessKeyId, secretAccessKey }: Secrets, url: string): string {
  const columns: [string, string | undefined][] = [
    ["User name", user],
    ["Password", password],
    ["Access key ID", accessKeyId],
    ["Secret access key", secretAccessKey],
    ["Console sign-in URL", password === undefined ? undefined : url],
  ];
  const given = columns.filter(([, value]) => value !== undefined);
  const line = (cells: string[]) => `${cells.map(cell).join(",")}\r\n`;
  return line(given.map(([title]) => title)) + line(given.map(([, value = ""]) => value));
}

export function profileOf({ user, accessKeyId = "", secretAccessKey = "" }: Secrets, region: string, origin: string): string {
  return [
    `[profile ${user}]`,
    `region = ${region}`,
    `endpoint_url = ${origin}`,
    `aws_access_key_id = ${accessKeyId}`,
    `aws_secret_access_key = ${secretAccessKey}`,
    "",
  ].join("\n");
}

function cell(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

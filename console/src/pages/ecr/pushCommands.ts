/** The commands that log in and push, for each tool, with this server's own address. */

import { ecr } from "../../strings/ecr";

export interface Target {
  /** `HOST/NAME`, as DescribeRepositories tells it. */
  uri: string;
  region: string;
  /** Where AWS's API is, such as http://127.0.0.1:5150. */
  origin: string;
}

export interface Commands {
  client: "docker" | "podman" | "skopeo" | "buildah";
  steps: { title: string; command: string }[];
  /** What plain http asks of the reader. */
  note?: string;
}

export function pushCommands(target: Target): Commands[] {
  const { host, name, folder, uri, unverified } = parts(target);
  const words = ecr.push;
  const built = (client: "docker" | "podman", options: string) => [
    login(target, client, options),
    { title: words.build, command: `${client} build -t ${name} .` },
    { title: words.tag, command: `${client} tag ${name}:latest ${uri}:latest` },
    { title: words.push, command: `${client} push ${options}${uri}:latest` },
  ];
  const note = unverified && { note: words.unverified };
  return [
    // docker has no such option: its daemon takes plain http from loopback by itself, from others by its settings.
    { client: "docker", steps: built("docker", ""), ...(unverified && !isLoopback(host) && { note: words.insecure(host) }) },
    { client: "podman", steps: built("podman", unverified), ...note },
    {
      client: "skopeo",
      steps: [
        login(target, "skopeo", unverified),
        {
          title: words.copyLayout(folder),
          command: `skopeo copy ${unverified.replace("--", "--dest-")}oci:${folder}:latest docker://${uri}:latest`,
        },
      ],
      ...note,
    },
    {
      client: "buildah",
      steps: [
        login(target, "buildah", unverified),
        { title: words.build, command: `buildah build -t ${name} .` },
        { title: words.push, command: `buildah push ${unverified}${name}:latest docker://${uri}:latest` },
      ],
      ...note,
    },
  ];
}

function parts({ uri, origin }: Target) {
  const [host = "", ...path] = uri.split("/");
  const unverified = origin.startsWith("http:") ? "--tls-verify=false " : "";
  return { uri, host, name: path.join("/"), folder: path.at(-1) ?? "", unverified } as const;
}

function login(target: Target, client: string, options: string) {
  const password = `aws ecr get-login-password --region ${target.region} --endpoint-url ${target.origin}`;
  const command = `${client} login ${options}--username AWS --password-stdin ${parts(target).host}`;
  return { title: ecr.push.login, command: `${password} | ${command}` };
}

function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, "");
  return /^127(\.\d+){3}$|^\[::1\]$|(^|\.)localhost$/.test(name);
}

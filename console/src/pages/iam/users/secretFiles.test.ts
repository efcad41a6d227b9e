import { expect, test } from "vitest";
import { csvOf, profileOf } from "./secretFiles";

const key = { user: "ann", accessKeyId: "AKIAEXAMPLE", secretAccessKey: "s/e+c" };

test("a key's file has AWS's headings", () => {
  expect(csvOf(key, "u")).toBe("User name,Access key ID,Secret access key\r\nann,AKIAEXAMPLE,s/e+c\r\n");
});

test("a password with a comma or a quote stays one cell", () => {
  const password = 'a,"b';
  expect(csvOf({ user: "ann", password }, "http://h")).toBe(
    'User name,Password,Console sign-in URL\r\nann,"a,""b",http://h\r\n',
  );
});

test("a profile names this server", () => {
  expect(profileOf(key, "eu-west-1", "https://registry.example")).toBe(
    "[profile ann]\nregion = eu-west-1\nendpoint_url = https://registry.example\n" +
      "aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = s/e+c\n",
  );
});

/** English of the sign-in page and of "Switch role". */

import { pages } from "./pages";

export const signIn = {
  title: "Sign in",
  subtitle: "The container registry with AWS's access model built in",
  user: "IAM user",
  key: "Access key",
  account: "Account ID",
  userName: "User name",
  password: "Password",
  newPassword: "New password",
  repeatPassword: "New password, once more",
  differ: "The two new passwords differ.",
  mustChange: "Your password must be changed before you can go on.",
  changeAndSignIn: "Change password and sign in",
  keyId: "Access key ID",
  secret: "Secret access key",
  keyHint: "The key is used once, to ask for temporary credentials, and is kept nowhere.",
  whereIsTheKey: "The root user's key is in the file root-credentials of the server's data folder.",
  signIn: "Sign in",
  refused: "You could not be signed in",
  missing: "Fill in every field.",
  expired: "Your session has expired. Sign in again to go on where you were.",
  signedOut: "You have signed out.",
  byCode: "Signing in",
  codeFailed: "The link did not sign you in. It works once, and for a short time.",
  retryAfter: (seconds: number) => `Try again in ${seconds} s`,
};

export const switchRole = {
  title: pages.home.switchRole,
  description: "Work with the permissions of a role whose trust policy lets you. Your own wait until you switch back.",
  account: "Account ID",
  role: "IAM role name",
  roleHint: "With its path, if it has one: team/Deploy",
  submit: "Switch role",
  missing: "Enter the role's name.",
};

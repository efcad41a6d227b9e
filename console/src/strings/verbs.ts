/** What is done with a registry, in docker's words: every page and card names it alike. */

export const verbs: Readonly<Record<string, string>> = {
  login: "docker login",
  pull: "docker pull",
  push: "docker push",
  "push-containerd": "Push by containerd, BuildKit, skopeo or crane",
  delete: "Delete an image",
  list: "List tags",
  tag: "Give an image another tag",
  copy: "Copy an image from another repository",
  create: "Create the repository",
  admin: "Change its policies, settings and tags",
};

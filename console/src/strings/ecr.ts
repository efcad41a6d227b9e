/** English of the ECR pages, with the labels that AWS's console uses. */

export const ecr = {
  area: "Elastic Container Registry",
  areaWords: "ecr elastic container registry docker images",
  repositories: {
    title: "Repositories",
    name: "Repository name",
    uri: "URI",
    created: "Created at",
    mutability: "Tag immutability",
    mutable: "Mutable",
    immutable: "Immutable",
    empty: "No repositories",
    emptyHint: "A repository holds the images of one name. Create one, then push to its URI.",
  },
};

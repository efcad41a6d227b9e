/** English of the fields of tags: each service has its own words for some. */

export const tagFields = {
  key: "Key",
  value: "Value",
  optional: "Value - optional",
  remove: "Remove",
  removeTag: (key: string) => `Remove ${key ? `tag ${key}` : "the tag without a key"}`,
  missingKey: "Enter a key.",
  twice: "Another tag has this key.",
  longKey: "A key has at most 128 characters.",
  longValue: "A value has at most 256 characters.",
  reserved: "Keys that begin with aws: are reserved.",
  still: (count: number) => (count === 1 ? "You can add 1 more tag." : `You can add up to ${count} more tags.`),
  iam: { add: "Add new tag", empty: "No tags associated with the resource." },
  ecr: { add: "Add tag", empty: "No tags on this repository." },
};

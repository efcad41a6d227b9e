/** English of the JSON editor and of "Copy as". */

export const editor = {
  place: (line: number, column: number) => `Ln ${line}, Col ${column}`,
  problems: (label: string) => `Findings in ${label}`,
  error: "Error",
  warning: "Warning",
  info: "Note",
};

export const copyAs = {
  title: "Copy as",
  copy: "Copy",
  copied: "Copied",
  notCopied: "The browser did not allow copying: select the text and copy it",
  missing: (operation: string) => `# ${operation} has no counterpart here: make this call with the aws CLI.`,
};

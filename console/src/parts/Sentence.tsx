import Box from "@cloudscape-design/components/box";
import { Fragment } from "react";
import { piecesOf } from "./backticks";

/** What the server says, with the names of actions and keys that it puts between backticks set as code. */
export function Sentence({ text }: { text: string }) {
  return piecesOf(text).map(({ piece, isCode }, index) =>
    isCode ? (
      <Box key={index} variant="code">
        {piece}
      </Box>
    ) : (
      <Fragment key={index}>{piece}</Fragment>
    ),
  );
}

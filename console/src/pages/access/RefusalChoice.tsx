import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback } from "react";
import { ask } from "../../api/ask";
import { ErrorBox } from "../../parts/ErrorBox";
import { GoLink } from "../../parts/GoLink";
import { useLoad } from "../../parts/useLoad";
import { PageLoading } from "../../shell/PageLoading";
import { log, why } from "../../strings/access";
import { nameOf, repositoryOf } from "./log";
import { guessed } from "./pasted";
import type { Decision } from "./types";

const MOST = 10;

/** For an error that names no refusal: the newest ones that fit what it does tell. */
export function RefusalChoice({ text }: { text: string }) {
  const load = useCallback(async () => {
    const query = { ...guessed(text), decision: "denied", limit: String(MOST) };
    return (await ask<{ decisions: Decision[] }>("GET", "/api/decisions", { query })).decisions;
  }, [text]);
  const { value, error, again } = useLoad(load);
  if (error !== undefined) return <ErrorBox error={error} again={again} />;
  if (!value) return <PageLoading />;
  return (
    <Container header={<Header variant="h2">{why.unnamed}</Header>}>
      <SpaceBetween size="s">
        <Box variant="p">{value.length > 0 ? why.unnamedHint : why.unnamedNone}</Box>
        {value.length === 0 && <GoLink to="/access/log?decision=denied">{why.toLog}</GoLink>}
        <ul className="plain-list breaks">
          {value.map(({ id, at, principal, action, resource }) => (
            <li key={id}>
              <GoLink to={`/access/why?id=${id}`}>{log.whyOf(action)}</GoLink>{" "}
              {[repositoryOf(resource) || resource, nameOf(principal), new Date(at).toLocaleTimeString()].join(", ")}
            </li>
          ))}
        </ul>
      </SpaceBetween>
    </Container>
  );
}

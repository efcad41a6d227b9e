import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useCallback, useState } from "react";
import { useSearchParams } from "react-router";
import { ask } from "../../api/ask";
import { failureOf } from "../../api/failure";
import { ErrorBox } from "../../parts/ErrorBox";
import { GoLink } from "../../parts/GoLink";
import { useLoad } from "../../parts/useLoad";
import { PageLoading } from "../../shell/PageLoading";
import { why } from "../../strings/access";
import { Explanation } from "./Explanation";
import { names } from "./pasted";
import { RefusalChoice } from "./RefusalChoice";
import type { Decision } from "./types";

/** `?id=` explains that refusal; a pasted error finds its own. */
export default function WhyPage() {
  const [search, setSearch] = useSearchParams();
  const id = search.get("id") ?? "";
  const [pasted, setPasted] = useState<string>();

  function find(text: string): void {
    setPasted(text);
    setSearch(/^[a-z0-9]{25}$/.test(text) ? { id: text } : {});
  }

  return (
    <ContentLayout
      header={
        <Header variant="h1" description={why.description}>
          {why.title}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Question key={id} id={id} find={find} />
        {id ? (
          <ById key={id} id={id} />
        ) : pasted === undefined ? (
          <Teaching />
        ) : names(pasted) ? (
          <ByText key={pasted} text={pasted} found={(known) => setSearch({ id: known })} />
        ) : (
          <RefusalChoice key={pasted} text={pasted} />
        )}
      </SpaceBetween>
    </ContentLayout>
  );
}

function Question({ id, find }: { id: string; find: (text: string) => void }) {
  const [text, setText] = useState(id);
  const [fault, setFault] = useState<string>();

  function submit(): void {
    const wanted = text.trim();
    setFault(wanted ? undefined : why.missing);
    if (wanted) find(wanted);
  }

  return (
    <Container>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <SpaceBetween size="s">
          <FormField label={why.input} constraintText={why.inputHint} errorText={fault} stretch>
            <Textarea
              value={text}
              rows={id ? 1 : 3}
              spellcheck={false}
              onChange={({ detail }) => setText(detail.value)}
              onKeyDown={({ detail }) => {
                if (detail.key === "Enter" && detail.ctrlKey) submit();
              }}
            />
          </FormField>
          <Button variant={id ? "normal" : "primary"} formAction="submit">
            {why.submit}
          </Button>
        </SpaceBetween>
      </form>
    </Container>
  );
}

function ById({ id }: { id: string }) {
  const load = useCallback(() => ask<Decision>("GET", `/api/decisions/${encodeURIComponent(id)}`), [id]);
  return <Loading load={load} />;
}

function ByText({ text, found }: { text: string; found: (id: string) => void }) {
  const load = useCallback(async () => {
    const decision = await ask<Decision>("POST", "/api/why", { body: { text: text.slice(0, 16_000) } });
    found(decision.id);
    return decision;
    // `found` is new at every render; what it does isn't.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [text]);
  return <Loading load={load} />;
}

function Loading({ load }: { load: () => Promise<Decision> }) {
  const { value, error, again } = useLoad(load);
  if (error !== undefined) {
    const isGone = failureOf(error).code === "NotFound";
    return <ErrorBox error={error} again={again} {...(isGone && { title: why.notFound })} />;
  }
  return value ? <Explanation decision={value} /> : <PageLoading />;
}

function Teaching() {
  return (
    <Container header={<Header variant="h2">{why.teach}</Header>}>
      {why.teachHint} <GoLink to="/access/log?decision=denied">{why.toLog}</GoLink>
    </Container>
  );
}

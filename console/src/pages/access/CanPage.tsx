import Autosuggest from "@cloudscape-design/components/autosuggest";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { useLoad } from "../../parts/useLoad";
import { can as words } from "../../strings/access";
import { Answers } from "./Answers";
import { principals } from "./principals";

/** `?principal=` and `?repository=` ask at once, so that an answer can be linked to. */
export default function CanPage() {
  const [search, setSearch] = useSearchParams();
  const principal = search.get("principal") ?? "";
  const repository = search.get("repository") ?? "*";
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={words.description}>
          {words.title}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Question
          key={`${principal} ${repository}`}
          principal={principal}
          repository={repository}
          put={(who, where) => setSearch({ principal: who, repository: where })}
        />
        {principal ? (
          <Answers key={`${principal} ${repository}`} principal={principal} repository={repository} />
        ) : (
          <Container header={<Header variant="h2">{words.empty}</Header>}>
            <Box variant="p">{words.emptyHint}</Box>
          </Container>
        )}
      </SpaceBetween>
    </ContentLayout>
  );
}

interface QuestionProps {
  principal: string;
  repository: string;
  put: (principal: string, repository: string) => void;
}

function Question({ principal, repository, put }: QuestionProps) {
  const [who, setWho] = useState(principal);
  const [where, setWhere] = useState(repository);
  const [fault, setFault] = useState<string>();
  const known = useLoad(principals);

  function submit(): void {
    setFault(who.trim() ? undefined : words.missing);
    if (who.trim()) put(who.trim(), where.trim() || "*");
  }

  return (
    <Container>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <SpaceBetween size="m">
          <FormField
            label={words.principal}
            constraintText={known.error === undefined ? words.principalHint : words.listed}
            errorText={fault}
          >
            <Autosuggest
              value={who}
              options={(known.value ?? []).map((value) => ({ value }))}
              placeholder={words.principalHint}
              onChange={({ detail }) => setWho(detail.value)}
            />
          </FormField>
          <FormField label={words.repository} constraintText={words.repositoryHint}>
            <Input value={where} spellcheck={false} onChange={({ detail }) => setWhere(detail.value)} />
          </FormField>
          <Button variant="primary" formAction="submit">
            {words.submit}
          </Button>
        </SpaceBetween>
      </form>
    </Container>
  );
}

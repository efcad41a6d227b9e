import Autosuggest from "@cloudscape-design/components/autosuggest";
import Button from "@cloudscape-design/components/button";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { log as words } from "../../strings/access";
import { nameOf, repositoryOf } from "./log";
import type { Decision } from "./types";

const DECISIONS = [
  { value: "", label: words.anyDecision },
  { value: "denied", label: words.onlyRefused },
  { value: "allowed", label: words.onlyAllowed },
];

/** What the server is asked for; all of it stands in the address. */
export function LogFilters({ decisions }: { decisions: readonly Decision[] }) {
  const [search, setSearch] = useSearchParams();
  const put = (name: string, value: string) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  const field = (name: string, label: string, seen: (decision: Decision) => string) => (
    <Filter
      key={`${name} ${search.get(name) ?? ""}`}
      label={label}
      value={search.get(name) ?? ""}
      seen={[...new Set(decisions.map(seen))].filter(Boolean).sort()}
      put={(value) => put(name, value)}
    />
  );
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Select
        ariaLabel={words.decision}
        selectedOption={DECISIONS.find(({ value }) => value === (search.get("decision") ?? "")) ?? DECISIONS[0] ?? null}
        options={DECISIONS}
        onChange={({ detail }) => put("decision", detail.selectedOption.value ?? "")}
      />
      {field("principal", words.filterPrincipal, ({ principal }) => nameOf(principal).split("/")[0] ?? "")}
      {field("repository", words.filterRepository, ({ resource }) => repositoryOf(resource))}
      {field("action", words.filterAction, ({ action }) => action)}
      <Button variant="link" onClick={() => setSearch({}, { replace: true })}>
        {words.clear}
      </Button>
    </SpaceBetween>
  );
}

interface FilterProps {
  label: string;
  value: string;
  seen: readonly string[];
  put: (value: string) => void;
}

/** Takes effect when a suggestion is chosen, and on Enter. */
function Filter({ label, value, seen, put }: FilterProps) {
  const [text, setText] = useState(value);
  return (
    <Autosuggest
      value={text}
      ariaLabel={label}
      placeholder={label}
      options={seen.map((each) => ({ value: each }))}
      enteredTextLabel={words.use}
      onChange={({ detail }) => {
        setText(detail.value);
        if (!detail.value && value) put("");
      }}
      onSelect={({ detail }) => put(detail.value)}
    />
  );
}

import Autosuggest, { type AutosuggestProps } from "@cloudscape-design/components/autosuggest";
import { useState } from "react";
import { useGo } from "../parts/go";
import { useLoad } from "../parts/useLoad";
import { shell } from "../strings/shell";
import { pagesFor } from "./found";
import { loadResources } from "./resources";

const nothing = () => Promise.resolve([]);

/** Finds pages by their words and roles, policies and repositories by name; those are listed once it is used. */
export default function Search() {
  const [text, setText] = useState("");
  const [used, setUsed] = useState(false);
  const { value: resources = [], loading } = useLoad(used ? loadResources : nothing);
  const { go } = useGo();
  const wanted = text.trim().toLowerCase();
  const pages = pagesFor(wanted);
  const options: AutosuggestProps.Options = [
    ...(pages.length > 0 ? [{ label: shell.searchPages, options: pages }] : []),
    ...resources.flatMap((group) => {
      const found = group.options.filter((option) => option.label.toLowerCase().includes(wanted)).slice(0, 8);
      return wanted && found.length > 0 ? [{ label: group.label, options: found }] : [];
    }),
  ];
  return (
    <Autosuggest
      value={text}
      options={options}
      filteringType="manual"
      statusType={used && loading ? "loading" : "finished"}
      loadingText={shell.loading}
      placeholder={shell.search}
      ariaLabel={shell.searchHint}
      clearAriaLabel={shell.clearSearch}
      empty={shell.noMatches}
      enteredTextLabel={(value) => value}
      hideEnteredTextOption
      onFocus={() => setUsed(true)}
      onChange={({ detail }) => setText(detail.value)}
      onSelect={({ detail }) => {
        setText("");
        if (detail.selectedOption) go(detail.selectedOption.value ?? "/");
      }}
    />
  );
}

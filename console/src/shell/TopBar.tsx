import TopNavigation, { type TopNavigationProps } from "@cloudscape-design/components/top-navigation";
import { lazy, Suspense, useEffect, useState } from "react";
import { useGo } from "../parts/go";
import { leaving } from "../parts/unsaved";
import { accountOf, millisecondsLeft, signOut, switchBack, type Session } from "../session/session";
import { product, shell } from "../strings/shell";
import { useRegionMenu } from "./regionMenu";
import { setDark, useDark } from "./theme";

const Search = lazy(() => import("./Search"));
const TICK = 15_000; // milliseconds

/** Who is signed in, for how long, and the ways out. */
export function TopBar({ session }: { session: Session }) {
  const { go, href } = useGo();
  const dark = useDark();
  const left = useMinutesLeft(session);
  const regionMenu = useRegionMenu(session);
  const choices: Record<string, () => void> = {
    "switch-role": () => go("/switch-role"),
    "switch-back": () => leaving(switchBack),
    "sign-out": () => leaving(signOut),
  };
  const utilities: TopNavigationProps.Utility[] = [
    { type: "button", text: shell.minutesLeft(left), disableUtilityCollapse: false },
    {
      type: "button",
      text: dark ? shell.light : shell.dark,
      onClick: () => setDark(!dark),
    },
    regionMenu,
    {
      type: "menu-dropdown",
      text: nameOf(session),
      description: session.arn,
      ariaLabel: `${shell.menu}: ${nameOf(session)}`,
      iconName: "user-profile",
      items: [
        {
          id: "place",
          text: shell.account(accountOf(session)),
          items: [
            { id: "switch-role", text: shell.switchRole },
            ...(session.base ? [{ id: "switch-back", text: shell.switchBack }] : []),
            { id: "sign-out", text: shell.signOut },
          ],
        },
      ],
      onItemClick: ({ detail }) => choices[detail.id]?.(),
    },
  ];
  return (
    <TopNavigation
      identity={{
        href: href("/"),
        title: product,
        onFollow: (event) => {
          event.preventDefault();
          go("/");
        },
      }}
      search={
        <Suspense fallback={null}>
          <Search key={`${session.accessKeyId} ${session.region}`} />
        </Suspense>
      }
      utilities={utilities}
      i18nStrings={{ overflowMenuTriggerText: shell.more, overflowMenuTitleText: shell.menu }}
    />
  );
}

/** The last part of an ARN: a user's name, or a role's session as `Role/session`. */
function nameOf(session: Session): string {
  const resource = session.arn.split(":").slice(5).join(":");
  return resource.replace(/^(user|assumed-role|federated-user)\//, "");
}

function useMinutesLeft(session: Session): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), TICK);
    return () => clearInterval(ticking);
  }, []);
  return Math.floor(millisecondsLeft(session, now) / 60_000);
}

import Link from "@cloudscape-design/components/link";
import type { ReactNode } from "react";
import { useGo } from "./go";

/** A link to a page of the console: `<GoLink to="/iam/roles">Roles</GoLink>`. */
export function GoLink({ to, children, fontSize }: { to: string; children: ReactNode; fontSize?: "heading-m" }) {
  const { follow, href } = useGo();
  return (
    <Link href={href(to)} onFollow={follow} {...(fontSize && { fontSize })}>
      {children}
    </Link>
  );
}

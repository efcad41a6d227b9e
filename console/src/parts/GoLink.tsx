import Link from "@cloudscape-design/components/link";
import type { ReactNode } from "react";
import { useGo } from "./go";

interface GoLinkProps {
  to: string;
  children: ReactNode;
  fontSize?: "heading-m";
  /** Where the text alone doesn't say where it leads. */
  ariaLabel?: string;
}

/** A link to a page of the console: `<GoLink to="/iam/roles">Roles</GoLink>`. */
export function GoLink({ to, children, fontSize, ariaLabel }: GoLinkProps) {
  const { follow, href } = useGo();
  return (
    <Link href={href(to)} onFollow={follow} {...(fontSize && { fontSize })} {...(ariaLabel && { ariaLabel })}>
      {children}
    </Link>
  );
}

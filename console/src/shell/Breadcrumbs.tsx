import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import { useLocation } from "react-router";
import { useGo } from "../parts/go";
import { shell } from "../strings/shell";
import { crumbsOf, locate } from "./crumbs";

export function Breadcrumbs() {
  const { pathname } = useLocation();
  const { follow, href } = useGo();
  const located = locate(pathname);
  if (!located) return null;
  const items = crumbsOf(located).map((crumb) => ({ ...crumb, href: href(crumb.href) }));
  return <BreadcrumbGroup ariaLabel={shell.breadcrumbs} items={items} onFollow={follow} />;
}

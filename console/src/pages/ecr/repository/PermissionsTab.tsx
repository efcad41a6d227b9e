import { useMemo } from "react";
import { PolicyEditor } from "../policy/PolicyEditor";
import { repositoryPolicy } from "../policy/policies";

export default function PermissionsTab({ name }: { name: string }) {
  const held = useMemo(() => repositoryPolicy(name), [name]);
  return <PolicyEditor held={held} />;
}

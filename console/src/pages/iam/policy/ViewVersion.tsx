import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import { useCallback } from "react";
import { ErrorBox } from "../../../parts/ErrorBox";
import { useLoad } from "../../../parts/useLoad";
import { PageLoading } from "../../../shell/PageLoading";
import { versions as words } from "../../../strings/policy";
import { Document } from "../principals/Document";
import { documentOf } from "./managed";

interface ViewVersionProps {
  arn: string;
  id: string;
  onClose: () => void;
}

export function ViewVersion({ arn, id, onClose }: ViewVersionProps) {
  const { value: document, error, again } = useLoad(useCallback(() => documentOf(arn, id), [arn, id]));
  return (
    <Container
      header={
        <Header variant="h2" actions={<Button onClick={onClose}>{words.close}</Button>}>
          {words.document(id)}
        </Header>
      }
    >
      {error !== undefined ? (
        <ErrorBox error={error} again={again} />
      ) : document === undefined ? (
        <PageLoading />
      ) : (
        <Document text={document} label={words.document(id)} />
      )}
    </Container>
  );
}

import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Grid from "@cloudscape-design/components/grid";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { Facts } from "../../parts/Facts";
import { GoLink } from "../../parts/GoLink";
import { accountOf, useSession } from "../../session/session";
import { MENU } from "../../shell/areas";
import type { Area } from "../../shell/page";
import { home } from "../../strings/home";

export default function HomePage() {
  const { session } = useSession();
  if (!session) return null;
  const size = { default: 12, xs: 4 };
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={home.description}>
          {home.title}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Grid gridDefinition={MENU.map(() => ({ colspan: size }))}>
          {MENU.map((area) => (
            <AreaCard key={area.title} area={area} />
          ))}
        </Grid>
        <Container header={<Header variant="h2">{home.who}</Header>}>
          <Facts
            arn={session.arn}
            items={[
              { label: home.account, value: accountOf(session) },
              { label: home.region, value: session.region },
              { label: home.expires, value: new Date(session.expiration).toLocaleString() },
            ]}
          />
        </Container>
      </SpaceBetween>
    </ContentLayout>
  );
}

function AreaCard({ area }: { area: Area }) {
  return (
    <Container header={<Header variant="h2">{area.title}</Header>} fitHeight>
      <SpaceBetween size="s">
        <Box variant="p">{area.description}</Box>
        {area.pages.flatMap((page) =>
          page.inMenu && typeof page.title === "string"
            ? [
                <GoLink key={page.path} to={page.path}>
                  {page.title}
                </GoLink>,
              ]
            : [],
        )}
      </SpaceBetween>
    </Container>
  );
}

package org.raptiformica.cli;

import com.google.gson.JsonArray;
import java.util.List;
import java.util.Locale;
import org.raptiformica.cluster.api.AgentClient;
import org.raptiformica.cluster.api.MemberView;
import org.raptiformica.consensus.Member;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code members}: who is in the cluster, in the columns that scripts know from 0.1, the machine's name after them. */
final class MembersVerb implements Verb {

    private static final List<String> HEADER =
            List.of("Node", "Address", "Status", "Type", "Build", "Protocol", "DC", "Name");

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "members",
                "Lists the members of the cluster.",
                "raptiformica members",
                "raptiformica members --output json",
                "raptiformica members --round-trips     how long each takes to reach each over the mesh");
        spec.addOption(Options.flag("Joins all known nodes again before listing.", "-r", "--rejoin"));
        spec.addOption(Options.flag("Measures the mesh between all members instead of listing them.", "--round-trips"));
        return spec;
    }

    @Override
    public int run(ParseResult arguments, Session session) {
        AgentClient agent = session.config().agent();
        if (Options.given(arguments, "--rejoin")) {
            agent.rejoin();
        }
        if (Options.given(arguments, "--round-trips")) {
            return RoundTripsReport.print(session);
        }
        List<MemberView> members = agent.members();
        if (session.format() == OutputFormat.JSON) {
            JsonArray list = new JsonArray();
            members.forEach(member -> list.add(member.toJson()));
            session.console().json(list);
        } else {
            session.console()
                    .table(HEADER, members.stream().map(MembersVerb::row).toList());
        }
        return ExitCode.OK.number();
    }

    private static List<String> row(MemberView view) {
        Member member = view.member();
        return List.of(
                member.node(),
                member.bracketedAddress(),
                member.status().name().toLowerCase(Locale.ROOT),
                member.type().name().toLowerCase(Locale.ROOT),
                member.build(),
                String.valueOf(member.protocol()),
                member.dc(),
                view.name());
    }
}

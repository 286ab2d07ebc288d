package org.raptiformica.consensus;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.Collection;
import java.util.Comparator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The member list as scripts know it since raptiformica 0.1: a header, then one line a member in order of the names;
 * columns aligned by spaces, at least two between them, none at the ends; no line end after the last.
 */
public final class MemberTable {

    private MemberTable() {}

    /** The table's text. */
    public static String text(Collection<Member> members) {
        Column[] columns = Stream.of("Node", "Address", "Status", "Type", "Build", "Protocol", "DC")
                .map(MemberTable::column)
                .toArray(Column[]::new);
        String[][] rows = members.stream()
                .sorted(Comparator.comparing(Member::node))
                .map(Member::row)
                .toArray(String[][]::new);
        return AsciiTable.getTable(AsciiTable.NO_BORDERS, columns, rows)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining("\n"));
    }

    private static Column column(String header) {
        return new Column().header(header).headerAlign(HorizontalAlign.LEFT).dataAlign(HorizontalAlign.LEFT);
    }
}

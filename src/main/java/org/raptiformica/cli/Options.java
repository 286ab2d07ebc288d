package org.raptiformica.cli;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** The words in which commands declare and read their options. */
final class Options {

    private Options() {}

    static CommandSpec command(String name, String description, String... examples) {
        CommandSpec spec = CommandSpec.create().name(name);
        spec.usageMessage().description(description).sortOptions(false);
        if (examples.length > 0) {
            String[] footer = new String[examples.length + 1];
            footer[0] = "%nExamples:";
            for (int i = 0; i < examples.length; i++) {
                footer[i + 1] = "  " + examples[i];
            }
            spec.usageMessage().footer(footer);
        }
        return spec;
    }

    static OptionSpec flag(String description, String... names) {
        return OptionSpec.builder(names)
                .type(boolean.class)
                .arity("0")
                .description(description)
                .build();
    }

    /** The option that shows the help, also of a command whose arguments are missing. */
    static OptionSpec help() {
        return OptionSpec.builder("-h", "--help")
                .type(boolean.class)
                .arity("0")
                .usageHelp(true)
                .description("Shows this help.")
                .build();
    }

    static OptionSpec text(String label, String description, String... names) {
        return OptionSpec.builder(names)
                .type(String.class)
                .paramLabel(label)
                .description(description)
                .build();
    }

    /** An option that may be given several times or has several values. */
    static OptionSpec texts(String label, String arity, String description, String... names) {
        return OptionSpec.builder(names)
                .type(String[].class)
                .arity(arity)
                .splitRegex(",")
                .paramLabel(label)
                .description(description)
                .build();
    }

    static OptionSpec number(String label, int standard, String description, String... names) {
        return OptionSpec.builder(names)
                .type(int.class)
                .paramLabel(label)
                .defaultValue(String.valueOf(standard))
                .description(description)
                .build();
    }

    static PositionalParamSpec argument(String label, String arity, String description) {
        return PositionalParamSpec.builder()
                .type(arity.endsWith("*") ? String[].class : String.class)
                .paramLabel(label)
                .arity(arity)
                .required(!arity.startsWith("0"))
                .description(description)
                .build();
    }

    static boolean given(ParseResult arguments, String flag) {
        return arguments.matchedOptionValue(flag, Boolean.FALSE);
    }

    static List<String> values(ParseResult arguments, String option) {
        return List.of(arguments.matchedOptionValue(option, new String[0]));
    }

    /** All words that are no options. */
    static List<String> words(ParseResult arguments) {
        return arguments.matchedPositionals().stream()
                .flatMap(positional -> positional.originalStringValues().stream())
                .toList();
    }

    static Optional<String> value(ParseResult arguments, String option) {
        return Optional.ofNullable(arguments.<String>matchedOptionValue(option, null));
    }
}

package org.raptiformica.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TransactionTest {

    @Test
    void putsTheIndexOfACompareAndSetInsideTheKvObject() {
        assertThat(Transaction.json(List.of(new Operation.SetIf("a/b", "ü", 7))))
                .isEqualTo("[{\"KV\":{\"Verb\":\"cas\",\"Key\":\"a/b\",\"Value\":\"w7w=\",\"Index\":7}}]");
    }

    @Test
    void cutsAfterSixtyFourOperations() {
        List<Operation> many = sets(130, 1);

        assertThat(Transaction.chunks(many)).extracting(List::size).containsExactly(64, 64, 2);
        assertThat(Transaction.chunks(many).stream().flatMap(List::stream)).isEqualTo(many);
    }

    @Test
    void cutsBeforeFiveHundredTwelveKibibytesOfJson() {
        List<List<Operation>> chunks = Transaction.chunks(sets(10, 100_000));

        assertThat(chunks).extracting(List::size).containsExactly(3, 3, 3, 1);
        assertThat(chunks)
                .allSatisfy(chunk ->
                        assertThat(Transaction.json(chunk).length()).isLessThanOrEqualTo(Transaction.MOST_BYTES));
    }

    @Test
    void putsGuardsFirstInEachPart() {
        Operation guard = new Operation.CheckSession("lock", "id");
        List<List<Operation>> chunks = Transaction.chunks(List.of(guard), sets(100, 1));

        assertThat(chunks).extracting(List::size).containsExactly(64, 38);
        assertThat(chunks).allSatisfy(chunk -> assertThat(chunk).first().isEqualTo(guard));
    }

    @Test
    void makesNothingOfNothing() {
        assertThat(Transaction.chunks(List.of(new Operation.CheckAbsent("a")), List.of()))
                .isEmpty();
    }

    @Test
    void refusesWhatIsTooLargeWithoutTellingTheValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Transaction.chunks(sets(1, 500_000)))
                .withMessage("Set[k0]: too large for a transaction");
    }

    @Test
    void refusesMoreThanOneTransaction() {
        assertThatIllegalArgumentException().isThrownBy(() -> Transaction.json(sets(65, 1)));
        assertThatIllegalArgumentException().isThrownBy(() -> Transaction.json(List.of()));
    }

    @Test
    void refusesPrefixesWithoutASlash() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Transaction.json(List.of(new Operation.DeleteBelow("raptiformica"))));
    }

    private static List<Operation> sets(int number, int length) {
        return IntStream.range(0, number)
                .<Operation>mapToObj(n -> new Operation.Set("k" + n, "x".repeat(length)))
                .toList();
    }
}

package org.raptiformica.consensus;

import java.util.List;
import java.util.Optional;
import org.raptiformica.consul.Consistency;
import org.raptiformica.consul.ConsulClient;
import org.raptiformica.consul.KeyValue;
import org.raptiformica.consul.KeyValueStore;
import org.raptiformica.consul.Operation;
import org.raptiformica.consul.Read;
import org.raptiformica.consul.Transaction;

/** What {@link Operations} needs of a store. Throws {@link org.raptiformica.consul.ConsulException} when it is not there. */
public interface OperationStore {

    /** The entries of keys, and all below prefixes that end in a slash, as they were at one moment, in one request. */
    List<KeyValue> read(List<String> keys);

    /** The entry of a key. */
    default Optional<KeyValue> get(String key) {
        return read(List.of(key)).stream().findFirst();
    }

    /** All entries below a prefix that ends in a slash. */
    default List<KeyValue> getBelow(String prefix) {
        return read(List.of(prefix));
    }

    /** The same, as well as is asked for where there are several servers. */
    default List<KeyValue> getBelow(String prefix, Consistency consistency) {
        return getBelow(prefix);
    }

    /**
     * An index that is another one after every change below a prefix that ends in a slash, deletions too, and no less than
     * the modify index of any entry there. Cheap, however much is there.
     */
    long indexBelow(String prefix);

    /** Does all, or none; see {@link KeyValueStore#transact}. */
    Transaction.Result transact(List<Operation> operations);

    /** The real one. */
    static OperationStore in(ConsulClient consul) {
        KeyValueStore kv = consul.kv();
        return new OperationStore() {
            @Override
            public List<KeyValue> read(List<String> keys) {
                return kv.getTogether(keys);
            }

            @Override
            public List<KeyValue> getBelow(String prefix, Consistency consistency) {
                return kv.getBelow(prefix, Read.of(consistency)).value();
            }

            @Override
            public long indexBelow(String prefix) {
                return kv.children(prefix, Read.now()).index();
            }

            @Override
            public Transaction.Result transact(List<Operation> operations) {
                return kv.transact(operations);
            }
        };
    }
}

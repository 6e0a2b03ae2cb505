package dev.fairlead.server.internal.keyspace;

import java.util.Arrays;
import java.util.function.Consumer;

/** A list: a ring of elements with both ends at hand and every index one step away. */
public final class ListValue implements Value {
    private static final int MIN_CAPACITY = 4;

    private byte[][] ring = new byte[MIN_CAPACITY][];
    private int head;
    private int size;
    private long bytes;

    public ListValue() {}

    public int size() {
        return size;
    }

    /** @param index 0 to size - 1 */
    public byte[] get(int index) {
        return ring[slot(index)];
    }

    private int slot(int index) {
        return head + index & ring.length - 1;
    }

    public void addFirst(byte[] element) {
        grow();
        head = head - 1 & ring.length - 1;
        ring[head] = element;
        size++;
        bytes += element.length;
    }

    public void addLast(byte[] element) {
        grow();
        ring[slot(size)] = element;
        size++;
        bytes += element.length;
    }

    /** @return the first element, taken out; the list must not be empty */
    public byte[] removeFirst() {
        byte[] element = ring[head];
        ring[head] = null;
        head = head + 1 & ring.length - 1;
        size--;
        bytes -= element.length;
        shrink();
        return element;
    }

    /** @return the last element, taken out; the list must not be empty */
    public byte[] removeLast() {
        int slot = slot(size - 1);
        byte[] element = ring[slot];
        ring[slot] = null;
        size--;
        bytes -= element.length;
        shrink();
        return element;
    }

    public void set(int index, byte[] element) {
        bytes += element.length - get(index).length;
        ring[slot(index)] = element;
    }

    /** Puts an element before the one at {@code index}; at the end when index is the size. Moves the shorter side. */
    public void insert(int index, byte[] element) {
        if (index < size / 2) {
            addFirst(element);
            for (int i = 0; i < index; i++) {
                ring[slot(i)] = ring[slot(i + 1)];
            }
        } else {
            addLast(element);
            for (int i = size - 1; i > index; i--) {
                ring[slot(i)] = ring[slot(i - 1)];
            }
        }
        ring[slot(index)] = element;
    }

    /**
     * Removes up to {@code limit} elements equal to this one, from the tail when {@code fromTail}.
     *
     * @return how many
     */
    public int removeEqual(byte[] element, int limit, boolean fromTail) {
        byte[][] kept = new byte[size][];
        int removed = 0;
        int n = 0;
        for (int i = 0; i < size; i++) {
            byte[] e = get(fromTail ? size - 1 - i : i);
            if (removed < limit && Arrays.equals(e, element)) {
                removed++;
            } else {
                kept[n++] = e;
            }
        }
        if (removed > 0) {
            clear();
            for (int i = 0; i < n; i++) {
                if (fromTail) {
                    addFirst(kept[i]);
                } else {
                    addLast(kept[i]);
                }
            }
        }
        return removed;
    }

    /** Keeps the elements from {@code from} to {@code to}, both included, and drops the others. */
    public void trim(int from, int to) {
        for (int i = size - 1; i > to; i--) {
            removeLast();
        }
        for (int i = 0; i < from; i++) {
            removeFirst();
        }
    }

    private void clear() {
        ring = new byte[MIN_CAPACITY][];
        head = 0;
        size = 0;
        bytes = 0;
    }

    public void forEach(Consumer<byte[]> sink) {
        for (int i = 0; i < size; i++) {
            sink.accept(get(i));
        }
    }

    /** As {@link #forEach}, in parts. */
    public Visit visit(Consumer<byte[]> sink) {
        return new Visit() {
            private int index;

            @Override
            public boolean step(int elements) {
                int end = (int) Math.min(size, (long) index + elements);
                while (index < end) {
                    sink.accept(get(index++));
                }
                return index == size;
            }
        };
    }

    private void grow() {
        if (size == ring.length) {
            resize(ring.length << 1);
        }
    }

    private void shrink() {
        // A quarter, not a half: a list at the edge must not be copied to and fro.
        if (ring.length > MIN_CAPACITY && size < ring.length / 4) {
            resize(ring.length >> 1);
        }
    }

    private void resize(int capacity) {
        byte[][] next = new byte[capacity][];
        for (int i = 0; i < size; i++) {
            next[i] = get(i);
        }
        ring = next;
        head = 0;
    }

    @Override
    public String typeName() {
        return "list";
    }

    @Override
    public String encoding() {
        return "quicklist";
    }

    @Override
    public int elements() {
        return size;
    }

    @Override
    public Value copy() {
        ListValue copy = new ListValue();
        forEach(copy::addLast);
        return copy;
    }

    @Override
    public long memoryBytes() {
        return 144 + bytes + 2L * size;
    }
}

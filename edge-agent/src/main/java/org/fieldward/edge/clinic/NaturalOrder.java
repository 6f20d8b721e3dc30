package org.fieldward.edge.clinic;

import java.util.Comparator;

/** As people count: bed-2 comes before bed-10. */
public final class NaturalOrder implements Comparator<String> {

    public static final NaturalOrder INSTANCE = new NaturalOrder();

    private NaturalOrder() {}

    @Override
    public int compare(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() && j < b.length()) {
            int result;
            int iEnd = end(a, i);
            int jEnd = end(b, j);
            if (isDigit(a.charAt(i)) && isDigit(b.charAt(j))) {
                String one = withoutZeros(a.substring(i, iEnd));
                String other = withoutZeros(b.substring(j, jEnd));
                result = one.length() != other.length()
                        ? Integer.compare(one.length(), other.length())
                        : one.compareTo(other);
            } else {
                result = a.substring(i, iEnd).compareToIgnoreCase(b.substring(j, jEnd));
            }
            if (result != 0) {
                return result;
            }
            i = iEnd;
            j = jEnd;
        }
        int rest = Integer.compare(a.length() - i, b.length() - j);
        return rest != 0 ? rest : a.compareTo(b);
    }

    /** The end of the run of digits, or of anything else, that begins here. */
    private static int end(String text, int from) {
        int end = from + 1;
        while (end < text.length() && isDigit(text.charAt(end)) == isDigit(text.charAt(from))) {
            end++;
        }
        return end;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static String withoutZeros(String digits) {
        int start = 0;
        while (start < digits.length() - 1 && digits.charAt(start) == '0') {
            start++;
        }
        return digits.substring(start);
    }
}

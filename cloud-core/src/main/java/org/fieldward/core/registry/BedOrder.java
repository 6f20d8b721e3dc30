package org.fieldward.core.registry;

import java.util.Comparator;

/**
 * Orders names of beds as people count them: digits compare as whole numbers, so that Bed 2 comes before Bed 10; the rest
 * letter by letter, without regard to case. Names that differ stay apart. Pure.
 */
public final class BedOrder implements Comparator<String> {

    @Override
    public int compare(String one, String other) {
        int i = 0;
        int j = 0;
        while (i < one.length() && j < other.length()) {
            int order;
            if (isDigit(one.charAt(i)) && isDigit(other.charAt(j))) {
                int iEnd = endOfDigits(one, i);
                int jEnd = endOfDigits(other, j);
                order = compareDigits(one.substring(i, iEnd), other.substring(j, jEnd));
                i = iEnd;
                j = jEnd;
            } else {
                order = Character.compare(
                        Character.toLowerCase(one.charAt(i++)), Character.toLowerCase(other.charAt(j++)));
            }
            if (order != 0) {
                return order;
            }
        }
        int rest = Integer.compare(one.length() - i, other.length() - j);
        return rest != 0 ? rest : one.compareTo(other);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int endOfDigits(String text, int from) {
        int end = from;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** As text, because a name may hold more digits than a long. */
    private static int compareDigits(String one, String other) {
        String significant = withoutZeros(one);
        String otherSignificant = withoutZeros(other);
        int byLength = Integer.compare(significant.length(), otherSignificant.length());
        return byLength != 0 ? byLength : significant.compareTo(otherSignificant);
    }

    private static String withoutZeros(String digits) {
        int from = 0;
        while (from < digits.length() - 1 && digits.charAt(from) == '0') {
            from++;
        }
        return digits.substring(from);
    }
}

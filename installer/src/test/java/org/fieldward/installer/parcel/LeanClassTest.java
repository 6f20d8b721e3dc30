package org.fieldward.installer.parcel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A class of the package does what the same class does without the package. */
class LeanClassTest {

    /** What switches and records can be made of; public, because lean ones have another class loader. */
    public sealed interface Shape permits Dot, Line, Cloud {}

    public record Dot() implements Shape {}

    public record Line(int length) implements Shape {}

    public record Cloud(
            boolean dark,
            byte a,
            char b,
            short c,
            int d,
            long e,
            float wet,
            double cold,
            String name,
            List<String> drops,
            int[] shadow)
            implements Shape {}

    static final class Words {

        private Words() {}

        static String of(Object said) {
            return switch (said) {
                case Dot dot -> "a dot";
                case Line line -> "a line of " + line.length();
                case Shape shape -> "some shape";
                case String text -> text;
                case int[] numbers -> "numbers";
                default -> "something";
            };
        }

        static String ofShape(Shape shape) {
            return switch (shape) {
                case Dot dot -> "dot";
                case Line line -> "line";
                case Cloud cloud -> "cloud";
            };
        }
    }

    /** The lean classes; what they name besides is shared with the others. */
    private static final class Lean extends ClassLoader {

        private final List<String> names;

        Lean(Class<?>... some) {
            super(LeanClassTest.class.getClassLoader());
            names = Arrays.stream(some).map(Class::getName).toList();
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                if (!names.contains(name)) {
                    return super.loadClass(name, resolve);
                }
                Class<?> known = findLoadedClass(name);
                if (known != null) {
                    return known;
                }
                byte[] lean = LeanClass.of(bytes(name));
                return defineClass(name, lean, 0, lean.length);
            }
        }
    }

    private static byte[] bytes(String name) {
        try (InputStream in = LeanClassTest.class.getResourceAsStream("/" + name.replace('.', '/') + ".class")) {
            return Objects.requireNonNull(in).readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object call(Method method, @Nullable Object... arguments) throws ReflectiveOperationException {
        method.setAccessible(true);
        return method.invoke(null, arguments);
    }

    private static Cloud cloud(float wet, double cold, String name, int... shadow) {
        return new Cloud(true, (byte) -3, 'x', (short) 9, 77, 1L << 40, wet, cold, name, List.of("a"), shadow);
    }

    @Test
    void a_switch_over_types_takes_the_same_way() throws ReflectiveOperationException {
        Method lean = new Lean(Words.class).loadClass(Words.class.getName()).getDeclaredMethod("of", Object.class);

        for (Object one : List.of(new Dot(), new Line(3), cloud(1, 2, "c"), "text", new int[] {1}, 5L)) {
            assertThat(call(lean, one)).isEqualTo(Words.of(one));
        }
    }

    @Test
    void a_switch_over_a_sealed_type_takes_the_same_way_and_refuses_nothing_as_before()
            throws ReflectiveOperationException {
        Method lean = new Lean(Words.class).loadClass(Words.class.getName()).getDeclaredMethod("ofShape", Shape.class);

        for (Shape one : List.of(new Dot(), new Line(3), cloud(1, 2, "c"))) {
            assertThat(call(lean, one)).isEqualTo(Words.ofShape(one));
        }
        assertThat(catchThrowable(() -> call(lean, new Object[] {null})))
                .isInstanceOf(InvocationTargetException.class)
                .hasCauseInstanceOf(NullPointerException.class);
    }

    @Test
    void a_switch_that_goes_on_after_a_refused_case_does_not_come_back_to_it() throws ReflectiveOperationException {
        Class<?> words = new Lean(Words.class).loadClass(Words.class.getName());
        // The first switch of the class, that of "of"; methods come in no order.
        Method labels = words.getDeclaredMethod("typeSwitch$0", Object.class, int.class);

        assertThat(call(labels, new Dot(), 0)).isEqualTo(0);
        assertThat(call(labels, new Dot(), 1)).as("it is a shape, too").isEqualTo(2);
        assertThat(call(labels, new Dot(), 3)).as("none of the others").isEqualTo(5);
        assertThat(call(labels, null, 0)).isEqualTo(-1);
    }

    @Test
    void records_are_equal_and_have_the_hash_as_before() throws ReflectiveOperationException {
        Constructor<?> lean = new Lean(Cloud.class, Dot.class, Line.class, Shape.class)
                .loadClass(Cloud.class.getName())
                .getDeclaredConstructors()[0];
        lean.setAccessible(true);
        int[] shadow = {1, 2};
        var clouds = new ArrayList<Cloud>();
        for (float wet : new float[] {0f, -0f, Float.NaN}) {
            for (double cold : new double[] {0, -0.0, Double.NaN}) {
                clouds.add(cloud(wet, cold, "one", shadow));
                clouds.add(cloud(wet, cold, "one", shadow));
                clouds.add(cloud(wet, cold, "one", 1, 2));
                clouds.add(cloud(wet, cold, "two", shadow));
            }
        }
        var leanOnes = new ArrayList<Object>();
        for (Cloud one : clouds) {
            leanOnes.add(lean.newInstance(
                    one.dark, one.a, one.b, one.c, one.d, one.e, one.wet, one.cold, one.name, one.drops, one.shadow));
        }

        for (int i = 0; i < clouds.size(); i++) {
            assertThat(leanOnes.get(i).hashCode()).isEqualTo(clouds.get(i).hashCode());
            assertThat(leanOnes.get(i).equals(clouds.get(i))).isFalse();
            for (int k = 0; k < clouds.size(); k++) {
                assertThat(leanOnes.get(i).equals(leanOnes.get(k)))
                        .isEqualTo(clouds.get(i).equals(clouds.get(k)));
            }
        }
    }

    @Test
    void nothing_of_it_is_left_to_be_made_at_run_time_and_the_lines_stay() {
        String lean = new String(LeanClass.of(bytes(Words.class.getName())), StandardCharsets.ISO_8859_1);

        assertThat(new String(bytes(Words.class.getName()), StandardCharsets.ISO_8859_1))
                .contains("java/lang/runtime/SwitchBootstraps", "LocalVariableTable");
        assertThat(lean)
                .doesNotContain("java/lang/runtime/SwitchBootstraps", "LocalVariableTable")
                .contains("LineNumberTable", "LeanClassTest.java");
    }
}

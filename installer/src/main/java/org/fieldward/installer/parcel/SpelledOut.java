package org.fieldward.installer.parcel;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * A class in which stands what javac leaves to the JVM to make at run time: switches over types, and a record's {@code
 * equals} and {@code hashCode}. The JVM's cache takes none of these, so each start would make them anew, as classes, and
 * keep what it makes them with.
 *
 * <p>What it does is what the JDK's {@code SwitchBootstraps} and {@code ObjectMethods} document. What it does not know, such
 * as switches that also have constants, stays as it was.
 */
final class SpelledOut extends ClassVisitor {

    /** A method to be added. */
    private record Added(String name, String descriptor, Handle bootstrap, List<Object> arguments) {}

    private final List<Added> added = new ArrayList<>();
    private String owner = "";
    private boolean isInterface;

    /** @param next gets the class as it then is, with the frames it had */
    SpelledOut(ClassVisitor next) {
        super(Opcodes.ASM9, next);
    }

    @Override
    public void visit(
            int version, int access, String name, @Nullable String signature, String parent, String[] interfaces) {
        owner = name;
        isInterface = (access & Opcodes.ACC_INTERFACE) != 0;
        super.visit(version, access, name, signature, parent, interfaces);
    }

    @Override
    public MethodVisitor visitMethod(
            int access, String method, String descriptor, @Nullable String signature, String @Nullable [] exceptions) {
        return new MethodVisitor(api, super.visitMethod(access, method, descriptor, signature, exceptions)) {
            @Override
            public void visitInvokeDynamicInsn(String name, String type, Handle bootstrap, Object... arguments) {
                if (isSwitch(bootstrap, arguments) || isOfRecord(name, bootstrap)) {
                    var one = new Added(name + "$" + added.size(), type, bootstrap, List.of(arguments));
                    added.add(one);
                    super.visitMethodInsn(Opcodes.INVOKESTATIC, owner, one.name(), type, isInterface);
                } else {
                    super.visitInvokeDynamicInsn(name, type, bootstrap, arguments);
                }
            }
        };
    }

    private static boolean isSwitch(Handle bootstrap, Object... labels) {
        return bootstrap.getOwner().equals("java/lang/runtime/SwitchBootstraps")
                && bootstrap.getName().equals("typeSwitch")
                && List.of(labels).stream().allMatch(label -> label instanceof Type);
    }

    private static boolean isOfRecord(String name, Handle bootstrap) {
        return bootstrap.getOwner().equals("java/lang/runtime/ObjectMethods")
                && (name.equals("equals") || name.equals("hashCode"));
    }

    @Override
    public void visitEnd() {
        for (Added one : added) {
            MethodVisitor code = super.visitMethod(
                    Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC | Opcodes.ACC_SYNTHETIC,
                    one.name(),
                    one.descriptor(),
                    null,
                    null);
            code.visitCode();
            if (one.name().startsWith("equals")) {
                writeEquals(code, getters(one));
            } else if (one.name().startsWith("hashCode")) {
                writeHashCode(code, getters(one));
            } else {
                writeSwitch(code, one.arguments());
            }
            code.visitMaxs(6, 2);
            code.visitEnd();
        }
        super.visitEnd();
    }

    /** After the record's class and the names of its components. */
    private static List<Handle> getters(Added one) {
        return one.arguments().stream().skip(2).map(Handle.class::cast).toList();
    }

    /** -1 for null, else the first label from the second parameter on that the first one is of, else their number. */
    private static void writeSwitch(MethodVisitor code, List<Object> labels) {
        var some = new Label();
        code.visitVarInsn(Opcodes.ALOAD, 0);
        code.visitJumpInsn(Opcodes.IFNONNULL, some);
        giveBack(code, -1);
        at(code, some);
        for (int i = 0; i < labels.size(); i++) {
            var next = new Label();
            code.visitLdcInsn(i);
            code.visitVarInsn(Opcodes.ILOAD, 1);
            code.visitJumpInsn(Opcodes.IF_ICMPLT, next);
            code.visitVarInsn(Opcodes.ALOAD, 0);
            code.visitTypeInsn(Opcodes.INSTANCEOF, ((Type) labels.get(i)).getInternalName());
            code.visitJumpInsn(Opcodes.IFEQ, next);
            giveBack(code, i);
            at(code, next);
        }
        giveBack(code, labels.size());
    }

    private void writeEquals(MethodVisitor code, List<Handle> getters) {
        var other = new Label();
        var different = new Label();
        code.visitVarInsn(Opcodes.ALOAD, 0);
        code.visitVarInsn(Opcodes.ALOAD, 1);
        code.visitJumpInsn(Opcodes.IF_ACMPNE, other);
        giveBack(code, 1);
        at(code, other);
        code.visitVarInsn(Opcodes.ALOAD, 1);
        code.visitTypeInsn(Opcodes.INSTANCEOF, owner);
        code.visitJumpInsn(Opcodes.IFEQ, different);
        for (Handle getter : getters) {
            get(code, 0, getter);
            get(code, 1, getter);
            compare(code, Type.getType(getter.getDesc()), different);
        }
        giveBack(code, 1);
        at(code, different);
        giveBack(code, 0);
    }

    private static void compare(MethodVisitor code, Type type, Label different) {
        switch (type.getSort()) {
            case Type.BOOLEAN, Type.BYTE, Type.CHAR, Type.SHORT, Type.INT ->
                code.visitJumpInsn(Opcodes.IF_ICMPNE, different);
            case Type.LONG, Type.FLOAT, Type.DOUBLE -> {
                call(code, boxed(type), "compare", "(" + type + type + ")I");
                code.visitJumpInsn(Opcodes.IFNE, different);
            }
            default -> {
                call(code, "java/util/Objects", "equals", "(Ljava/lang/Object;Ljava/lang/Object;)Z");
                code.visitJumpInsn(Opcodes.IFEQ, different);
            }
        }
    }

    private void writeHashCode(MethodVisitor code, List<Handle> getters) {
        code.visitInsn(Opcodes.ICONST_0);
        for (Handle getter : getters) {
            code.visitLdcInsn(31);
            code.visitInsn(Opcodes.IMUL);
            get(code, 0, getter);
            Type type = Type.getType(getter.getDesc());
            if (type.getSort() == Type.OBJECT || type.getSort() == Type.ARRAY) {
                call(code, "java/util/Objects", "hashCode", "(Ljava/lang/Object;)I");
            } else {
                call(code, boxed(type), "hashCode", "(" + type + ")I");
            }
            code.visitInsn(Opcodes.IADD);
        }
        code.visitInsn(Opcodes.IRETURN);
    }

    private void get(MethodVisitor code, int variable, Handle getter) {
        code.visitVarInsn(Opcodes.ALOAD, variable);
        if (variable == 1) {
            code.visitTypeInsn(Opcodes.CHECKCAST, owner);
        }
        code.visitFieldInsn(Opcodes.GETFIELD, getter.getOwner(), getter.getName(), getter.getDesc());
    }

    private static void call(MethodVisitor code, String type, String name, String descriptor) {
        code.visitMethodInsn(Opcodes.INVOKESTATIC, type, name, descriptor, false);
    }

    private static String boxed(Type primitive) {
        return switch (primitive.getSort()) {
            case Type.BOOLEAN -> "java/lang/Boolean";
            case Type.BYTE -> "java/lang/Byte";
            case Type.CHAR -> "java/lang/Character";
            case Type.SHORT -> "java/lang/Short";
            case Type.INT -> "java/lang/Integer";
            case Type.LONG -> "java/lang/Long";
            case Type.FLOAT -> "java/lang/Float";
            case Type.DOUBLE -> "java/lang/Double";
            default -> throw new IllegalArgumentException(primitive + " is not primitive");
        };
    }

    private static void giveBack(MethodVisitor code, int number) {
        code.visitLdcInsn(number);
        code.visitInsn(Opcodes.IRETURN);
    }

    /** Everywhere the variables are the parameters and the stack is empty. */
    private static void at(MethodVisitor code, Label label) {
        code.visitLabel(label);
        code.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
    }
}

package org.fieldward.installer.parcel;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.TypePath;

/**
 * A class as the package has it: {@linkplain SpelledOut spelled out}, and without what nobody reads there, the names of
 * local variables and the annotations that are for compilers. The JVM keeps each of these names in memory. Lines and files
 * stay, so a stack trace says as much as before.
 */
final class LeanClass extends ClassVisitor {

    private LeanClass(ClassVisitor next) {
        super(Opcodes.ASM9, next);
    }

    static byte[] of(byte[] classFile) {
        // A writer that knows nothing of the reader leaves behind the constants that nothing names any more.
        var writer = new ClassWriter(0);
        new ClassReader(classFile).accept(new LeanClass(new SpelledOut(writer)), 0);
        return writer.toByteArray();
    }

    @Override
    public @Nullable AnnotationVisitor visitAnnotation(String type, boolean isForRunTime) {
        return isForRunTime ? super.visitAnnotation(type, true) : null;
    }

    @Override
    public @Nullable AnnotationVisitor visitTypeAnnotation(
            int place, @Nullable TypePath path, String type, boolean isForRunTime) {
        return isForRunTime ? super.visitTypeAnnotation(place, path, type, true) : null;
    }

    @Override
    public FieldVisitor visitField(
            int access, String name, String type, @Nullable String signature, @Nullable Object value) {
        return new FieldVisitor(api, super.visitField(access, name, type, signature, value)) {
            @Override
            public @Nullable AnnotationVisitor visitAnnotation(String type, boolean isForRunTime) {
                return isForRunTime ? super.visitAnnotation(type, true) : null;
            }

            @Override
            public @Nullable AnnotationVisitor visitTypeAnnotation(
                    int place, @Nullable TypePath path, String type, boolean isForRunTime) {
                return isForRunTime ? super.visitTypeAnnotation(place, path, type, true) : null;
            }
        };
    }

    @Override
    public MethodVisitor visitMethod(
            int access, String name, String type, @Nullable String signature, String @Nullable [] exceptions) {
        return new LeanMethod(super.visitMethod(access, name, type, signature, exceptions));
    }

    private static final class LeanMethod extends MethodVisitor {

        LeanMethod(MethodVisitor next) {
            super(Opcodes.ASM9, next);
        }

        @Override
        public void visitLocalVariable(
                String name, String type, @Nullable String signature, Label from, Label to, int index) {}

        @Override
        public @Nullable AnnotationVisitor visitLocalVariableAnnotation(
                int place,
                @Nullable TypePath path,
                Label[] from,
                Label[] to,
                int[] index,
                String type,
                boolean isForRunTime) {
            return null;
        }

        @Override
        public @Nullable AnnotationVisitor visitAnnotation(String type, boolean isForRunTime) {
            return isForRunTime ? super.visitAnnotation(type, true) : null;
        }

        @Override
        public @Nullable AnnotationVisitor visitTypeAnnotation(
                int place, @Nullable TypePath path, String type, boolean isForRunTime) {
            return isForRunTime ? super.visitTypeAnnotation(place, path, type, true) : null;
        }

        @Override
        public @Nullable AnnotationVisitor visitParameterAnnotation(int which, String type, boolean isForRunTime) {
            return isForRunTime ? super.visitParameterAnnotation(which, type, true) : null;
        }

        @Override
        public @Nullable AnnotationVisitor visitInsnAnnotation(
                int place, @Nullable TypePath path, String type, boolean isForRunTime) {
            return null;
        }
    }
}

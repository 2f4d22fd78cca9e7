package io.skipstone.nativeimage.agent;

import static java.lang.constant.ConstantDescs.CD_Class;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts a call of {@link Lookups} beside each call that looks something up by name.
 *
 * <p>The calls themselves stay as they are: many of them depend on who calls. Left out are the field updaters of
 * {@code java.util.concurrent.atomic}, which the builder of the image sees through by itself.
 */
final class CallSites {
    private static final ClassDesc LOOKUPS = ClassDesc.of(Lookups.class.getName());

    /** Their result says all: it is shown after the call. */
    private static final Map<String, Set<String>> BY_RESULT = Map.of(
            "java/lang/Class",
            Set.of(
                    "forName",
                    "getMethod",
                    "getDeclaredMethod",
                    "getField",
                    "getDeclaredField",
                    "getConstructor",
                    "getDeclaredConstructor"),
            "java/lang/ClassLoader",
            Set.of("loadClass"),
            "java/lang/reflect/Proxy",
            Set.of("newProxyInstance"),
            "java/lang/reflect/Array",
            Set.of("newInstance"),
            "java/util/ServiceLoader",
            Set.of("load", "loadInstalled"),
            "java/util/ResourceBundle",
            Set.of("getBundle"),
            "java/io/ObjectInputStream",
            Set.of("readObject"));

    /** Asked of a class, which lies on the stack before the call. */
    private static final Set<String> OF_A_CLASS = Set.of(
            "newInstance",
            "getMethods",
            "getDeclaredMethods",
            "getFields",
            "getDeclaredFields",
            "getConstructors",
            "getDeclaredConstructors",
            "getRecordComponents");

    private static final Set<String> RESOURCES =
            Set.of("getResource", "getResourceAsStream", "getResources", "resources");

    private static final Set<String> HANDLES = Set.of(
            "findVirtual",
            "findStatic",
            "findSpecial",
            "findConstructor",
            "findVarHandle",
            "findStaticVarHandle",
            "findGetter",
            "findSetter",
            "findStaticGetter",
            "findStaticSetter");

    private static final Set<String> DEFINITIONS =
            Set.of("defineClass", "defineHiddenClass", "defineHiddenClassWithClassData", "defineAnonymousClass");

    /** Those that begin with one of these include {@code getMethods}, {@code getResourceAsStream} and so on. */
    private static final List<String> NAMES = List.of(
            "forName",
            "getMethod",
            "getDeclared",
            "getField",
            "getConstructor",
            "getRecordComponents",
            "loadClass",
            "newProxyInstance",
            "newInstance",
            "java/util/ServiceLoader",
            "getBundle",
            "readObject",
            "writeObject",
            "getResource",
            "java/lang/invoke/MethodHandles$Lookup",
            "defineClass",
            "defineHidden",
            "defineAnonymous");

    private final ClassDesc caller;

    private CallSites(ClassDesc caller) {
        this.caller = caller;
    }

    /**
     * The class with its lookups watched, or null when it has none.
     *
     * @param loader finds the classes that this one names, without loading them
     */
    static byte[] watch(byte[] classFile, ClassLoader loader) {
        if (!mentionsALookup(classFile)) {
            return null;
        }
        ClassFile format = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(loader).orElse(ClassHierarchyResolver.defaultResolver())));
        ClassModel model = format.parse(classFile);
        var sites = new CallSites(model.thisClass().asSymbol());
        return format.transformClass(
                model, ClassTransform.transformingMethods(MethodTransform.transformingCode(sites.rewrite())));
    }

    /** Names of methods stand in a class file as they are; most classes have none of these, and are not parsed. */
    private static boolean mentionsALookup(byte[] classFile) {
        String text = new String(classFile, StandardCharsets.ISO_8859_1);
        return NAMES.stream().anyMatch(text::contains);
    }

    private CodeTransform rewrite() {
        return (CodeBuilder code, CodeElement element) -> {
            if (element instanceof InvokeInstruction call) {
                before(code, call);
                code.with(element);
                after(code, call);
            } else {
                code.with(element);
            }
        };
    }

    private void before(CodeBuilder code, InvokeInstruction call) {
        String owner = call.owner().asInternalName();
        String name = call.name().stringValue();
        if (DEFINITIONS.contains(name)) {
            code.loadConstant(caller);
            tell(code, "defines", CD_Class);
        } else if (owner.equals("java/lang/Class") && OF_A_CLASS.contains(name)) {
            code.dup().loadConstant(name).loadConstant(caller);
            tell(code, "askedOf", CD_Class, CD_String, CD_Class);
        } else if (isResource(call)) {
            code.dup2().loadConstant(caller);
            tell(code, "resource", CD_Object, CD_String, CD_Class);
        } else if (owner.equals("java/io/ObjectOutputStream") && name.equals("writeObject")) {
            code.dup().loadConstant(caller);
            tell(code, "serialized", CD_Object, CD_Class);
        } else if (owner.equals("java/lang/invoke/MethodHandles$Lookup") && HANDLES.contains(name)) {
            handle(code, call);
        }
    }

    private void after(CodeBuilder code, InvokeInstruction call) {
        String owner = call.owner().asInternalName();
        String name = call.name().stringValue();
        if (BY_RESULT.getOrDefault(owner, Set.of()).contains(name)) {
            code.dup().loadConstant(caller);
            tell(code, name.equals("readObject") ? "serialized" : "found", CD_Object, CD_Class);
        }
    }

    private static boolean isResource(InvokeInstruction call) {
        String owner = call.owner().asInternalName();
        return RESOURCES.contains(call.name().stringValue())
                && (owner.equals("java/lang/Class") || owner.equals("java/lang/ClassLoader"))
                && !call.isInterface()
                && call.typeSymbol().parameterCount() == 1;
    }

    /** All arguments are put aside, shown, and put back. */
    private void handle(CodeBuilder code, InvokeInstruction call) {
        MethodTypeDesc type = call.typeSymbol();
        int[] slots = new int[type.parameterCount()];
        for (int i = slots.length - 1; i >= 0; i--) {
            slots[i] = code.allocateLocal(TypeKind.REFERENCE);
            code.astore(slots[i]);
        }
        code.aload(slots[0]).loadConstant(call.name().stringValue());
        if (type.parameterType(1).equals(CD_String)) {
            code.aload(slots[1]);
        } else {
            code.loadConstant("<init>");
        }
        code.aload(slots[slots.length - 1]).loadConstant(caller);
        tell(code, "handle", CD_Class, CD_String, CD_String, CD_Object, CD_Class);
        for (int slot : slots) {
            code.aload(slot);
        }
    }

    private static void tell(CodeBuilder code, String what, ClassDesc... arguments) {
        code.invokestatic(LOOKUPS, what, MethodTypeDesc.of(CD_void, arguments));
    }
}

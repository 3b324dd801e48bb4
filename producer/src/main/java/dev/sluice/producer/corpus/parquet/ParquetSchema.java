package dev.sluice.producer.corpus.parquet;

import dev.sluice.producer.corpus.CorpusException;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * The columns Sluice reads of a Parquet file.
 *
 * @param requested the part of the file's schema to read
 * @param text the text column
 * @param subset {@code meta.pile_set_name}, or a {@code meta} that is JSON in a string, or null if there is neither
 * @param subsetIsJson whether {@code subset} is a whole {@code meta} as JSON
 */
record ParquetSchema(
        MessageType requested,
        ColumnDescriptor text,
        @Nullable ColumnDescriptor subset,
        boolean subsetIsJson) {

    private static final String TEXT = "text";
    private static final String META = "meta";
    private static final String SUBSET = "pile_set_name";

    /** @throws CorpusException if there is no text column, or a column is of another type */
    static ParquetSchema of(MessageType file, String location) {
        if (!file.containsField(TEXT)) {
            throw new CorpusException(location + ": column 'text' is missing; it has the columns "
                    + file.getFields().stream().map(Type::getName).toList());
        }
        List<Type> fields = new ArrayList<>();
        fields.add(string(file.getType(TEXT), TEXT, location));
        String[] subset = null;
        if (file.containsField(META)) {
            Type meta = file.getType(META);
            if (meta.isPrimitive()) {
                fields.add(string(meta, META, location));
                subset = new String[] {META};
            } else if (group(meta, location).containsField(SUBSET)) {
                Type name = string(meta.asGroupType().getType(SUBSET), META + "." + SUBSET, location);
                fields.add(meta.asGroupType().withNewFields(name));
                subset = new String[] {META, SUBSET};
            }
        }
        MessageType requested = new MessageType(file.getName(), fields);
        return new ParquetSchema(
                requested,
                requested.getColumnDescription(new String[] {TEXT}),
                subset == null ? null : requested.getColumnDescription(subset),
                subset != null && subset.length == 1);
    }

    private static GroupType group(Type type, String location) {
        if (type.isRepetition(Type.Repetition.REPEATED) || type.getLogicalTypeAnnotation() != null) {
            throw wrong(location, META, "a struct or a string", type);
        }
        return type.asGroupType();
    }

    private static Type string(Type type, String column, String location) {
        LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
        boolean binary =
                type.isPrimitive() && type.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
        boolean text = annotation == null
                || annotation.equals(LogicalTypeAnnotation.stringType())
                || annotation.equals(LogicalTypeAnnotation.jsonType());
        if (!binary || !text || type.isRepetition(Type.Repetition.REPEATED)) {
            throw wrong(location, column, "a string", type);
        }
        return type;
    }

    private static CorpusException wrong(String location, String column, String rule, Type type) {
        String found = type.toString().replaceAll("\\s+", " ");
        return new CorpusException(location + ": column '" + column + "' must be " + rule + ", got " + found);
    }
}

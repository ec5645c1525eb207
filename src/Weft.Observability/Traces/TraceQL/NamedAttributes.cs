namespace Weft.Observability.Traces.TraceQL;

/// <summary>The attributes that the conditions of a query name: Tempo's search returns their values with each span.</summary>
internal static class NamedAttributes
{
    public static IEnumerable<AttributeName> Of(TraceQLQuery query) => Of(query.Spans).Distinct();

    private static IEnumerable<AttributeName> Of(SpansetExpression expression) => expression switch
    {
        SpanFilter { Condition: { } condition } => Of(condition),
        SpansetOperation operation => Of(operation.Left).Concat(Of(operation.Right)),
        _ => [],
    };

    private static IEnumerable<AttributeName> Of(FieldExpression condition) => condition switch
    {
        AndExpression and => Of(and.Left).Concat(Of(and.Right)),
        OrExpression or => Of(or.Left).Concat(Of(or.Right)),
        NotExpression not => Of(not.Operand),
        TruthExpression truth => Of(truth.Operand),
        Comparison comparison => Of(comparison.Left).Concat(Of(comparison.Right)),
        _ => [],
    };

    private static IEnumerable<AttributeName> Of(Operand operand) => operand is AttributeOperand attribute ? [attribute.Name] : [];
}

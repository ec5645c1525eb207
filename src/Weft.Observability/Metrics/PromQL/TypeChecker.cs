using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Weft.Observability.Metrics.PromQL;

/// <summary>Refuses trees that make no sense, in the order and words in which Prometheus does.</summary>
internal sealed class TypeChecker(Lexer lexer)
{
    public ExpressionType Check(Expression expression)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw Error(expression, "expression is nested too deeply");
        switch (expression)
        {
            case Aggregation aggregation:
                CheckAggregation(aggregation);
                break;
            case BinaryOperation operation:
                CheckBinary(operation);
                break;
            case Call call:
                CheckCall(call);
                break;
            case Parenthesized parenthesized:
                Check(parenthesized.Inner);
                break;
            case Negation negation:
                if (Check(negation.Inner) is var type and not (ExpressionType.Scalar or ExpressionType.Vector))
                    throw Error(negation, $"unary expression only allowed on expressions of type scalar or instant vector, got {PromText.Quote(Describe(type))}");
                break;
            case Subquery subquery:
                if (Check(subquery.Inner) is var inner and not ExpressionType.Vector)
                    throw Error(subquery, $"subquery is only allowed on instant vector, got {NameOf(inner)} instead");
                break;
            case MatrixSelector matrix:
                Check(matrix.Selector);
                break;
            case VectorSelector selector:
                CheckSelector(selector);
                break;
        }

        return expression.Type;
    }

    /// <summary>The type's name in the HTTP API.</summary>
    public static string NameOf(ExpressionType type) => type switch
    {
        ExpressionType.Scalar => "scalar",
        ExpressionType.Vector => "vector",
        ExpressionType.Matrix => "matrix",
        ExpressionType.String => "string",
        _ => throw new UnreachableException(),
    };

    /// <summary>The type's name in error messages.</summary>
    public static string Describe(ExpressionType type) => type switch
    {
        ExpressionType.Vector => "instant vector",
        ExpressionType.Matrix => "range vector",
        _ => NameOf(type),
    };

    private PromQLParseException Error(Expression expression, string message) => lexer.Error(expression.Start, message);

    private void Expect(Expression expression, ExpressionType wanted, string context)
    {
        var type = Check(expression);
        if (type != wanted)
            throw Error(expression, $"expected type {Describe(wanted)} in {context}, got {Describe(type)}");
    }

    private void CheckAggregation(Aggregation aggregation)
    {
        Expect(aggregation.Inner, ExpressionType.Vector, "aggregation expression");
        if (aggregation.Parameter is { } parameter)
            Expect(parameter, aggregation.Operation == "count_values" ? ExpressionType.String : ExpressionType.Scalar, "aggregation parameter");
    }

    private void CheckBinary(BinaryOperation operation)
    {
        var left = Check(operation.Left);
        var right = Check(operation.Right);
        var isComparison = operation.Operator.IsComparison;
        if (operation.ReturnBool && !isComparison)
            throw lexer.Error(operation.OperatorStart, "bool modifier can only be used on comparison operators");
        if (isComparison && !operation.ReturnBool && left == ExpressionType.Scalar && right == ExpressionType.Scalar)
            throw lexer.Error(operation.OperatorStart, "comparisons between scalars must use BOOL modifier");
        if (operation.Matching.On && operation.Matching.Labels.FirstOrDefault(operation.Matching.Include.Contains) is { } twice)
            throw lexer.Error(operation.OperatorStart, $"label {PromText.Quote(twice)} must not occur in ON and GROUP clause at once");
        if (left is not (ExpressionType.Scalar or ExpressionType.Vector))
            throw Error(operation.Left, "binary expression must contain only scalar and instant vector types");
        if (right is not (ExpressionType.Scalar or ExpressionType.Vector))
            throw Error(operation.Right, "binary expression must contain only scalar and instant vector types");
        CheckMatching(operation, left == ExpressionType.Vector && right == ExpressionType.Vector);
    }

    private void CheckMatching(BinaryOperation operation, bool bothVectors)
    {
        if (!bothVectors && !operation.Matching.Labels.IsEmpty)
            throw Error(operation, "vector matching only allowed between instant vectors");
        if (!operation.Operator.IsSet)
            return;
        if (!bothVectors)
            throw Error(operation, $"set operator {PromText.Quote(operation.Operator.Symbol)} not allowed in binary scalar expression");
        if (operation.Matching.Cardinality != MatchCardinality.OneToOne)
            throw Error(operation, $"no grouping allowed for {PromText.Quote(operation.Operator.Symbol)} operation");
    }

    private void CheckCall(Call call)
    {
        var function = call.Function;
        var count = call.Arguments.Length;
        var problem = count < function.RequiredArguments ? function.OptionalArguments == 0 ? "expected" : "expected at least"
            : count > function.MaxArguments ? function.OptionalArguments == 0 ? "expected" : "expected at most"
            : "";
        if (problem.Length > 0)
        {
            var wanted = count < function.RequiredArguments ? function.RequiredArguments : function.MaxArguments;
            throw Error(call, string.Create(CultureInfo.InvariantCulture, $"{problem} {wanted} argument(s) in call to \"{function.Name}\", got {count}"));
        }

        for (var i = 0; i < count; i++)
            Expect(call.Arguments[i], function.ArgumentType(i), $"call to function {PromText.Quote(function.Name)}");
    }

    private void CheckSelector(VectorSelector selector)
    {
        if (selector.Name.Length > 0)
        {
            if (selector.Matchers[..^1].FirstOrDefault(static matcher => matcher.Name == LabelSet.MetricNameLabel) is { } other)
                throw Error(selector, $"metric name must not be set twice: {PromText.Quote(selector.Name)} or {PromText.Quote(other.Value)}");
            return;
        }

        if (selector.Matchers.All(static matcher => matcher.MatchesEmpty))
            throw Error(selector, "vector selector must contain at least one non-empty matcher");
    }
}

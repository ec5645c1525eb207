using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Weft.ApiServer.Schemas.Cel;

/// <summary>One x-kubernetes-validations entry, compiled for the schema it stands at.</summary>
internal sealed class CelRule
{
    private CelRule(JsonObject source, CelExpression rule, CelExpression? message, bool usesOldSelf)
    {
        Rule = source.Text("rule")!.Trim();
        Message = source.Text("message")?.Trim() ?? "";
        Reason = source.Text("reason") ?? "";
        FieldPath = source.Text("fieldPath") ?? "";
        OptionalOldSelf = source.Flag("optionalOldSelf") == true;
        Expression = rule;
        MessageExpression = message;
        IsTransition = usesOldSelf;
    }

    public string Rule { get; }

    public string Message { get; }

    /// <summary>FieldValueInvalid unless said otherwise.</summary>
    public string Reason { get; }

    /// <summary>Relative path of the field that a failure names; empty for the place of the rule.</summary>
    public string FieldPath { get; }

    public bool OptionalOldSelf { get; }

    public CelExpression Expression { get; }

    public CelExpression? MessageExpression { get; }

    /// <summary>Speaks of the old value: looked at only when there is one, unless that is optional.</summary>
    public bool IsTransition { get; }

    /// <summary>What messages call the rule: its own message, or its text.</summary>
    public string Shown => Message.Length > 0 ? Message : Rule;

    /// <summary>The compiled rule; throws <see cref="CelCompileException"/> (with the text that it is about in Data) when it is none.</summary>
    public static CelRule Compile(JsonObject source, SchemaNode schema)
    {
        var optional = source.Flag("optionalOldSelf") == true;
        var self = CelType.Of(schema);
        var scope = ImmutableDictionary<string, CelType>.Empty.Add("self", self).Add("oldSelf", optional ? CelType.Optional(self) : self);
        var rule = Parse(source.Text("rule") ?? "", scope, "bool");
        var message = source.Text("messageExpression") is { Length: > 0 } text ? Parse(text, scope, "string") : null;
        return new CelRule(source, rule, message, Mentions(source.Text("rule") ?? "") || Mentions(source.Text("messageExpression") ?? ""));
    }

    public static CelExpression Parse(string text, ImmutableDictionary<string, CelType> scope, string wanted)
    {
        var expression = CelParser.Parse(text);
        var type = new CelChecker().Check(expression, scope);
        return type.IsDyn || type.Name == wanted ? expression : throw new CelTypeException($"{(wanted == "bool" ? "cel expression must evaluate to a bool" : "messageExpression must evaluate to a string")}");
    }

    private static bool Mentions(string text) => text.Length > 0 && new CelLexer(text).Tokens().Any(t => t is { Kind: CelTokenKind.Identifier, Text: "oldSelf" });
}

/// <summary>A valid expression whose result has the wrong type.</summary>
internal sealed class CelTypeException(string message) : Exception(message);

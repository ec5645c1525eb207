namespace Weft.ApiServer.Schemas;

/// <summary>The shape of a CustomResourceDefinition: exact in its names and versions, free inside an OpenAPI schema.</summary>
internal static class CustomResourceDefinitionSchema
{
    private static readonly SchemaNode Text = new() { Kind = SchemaKind.String, GoType = "string" };
    private static readonly SchemaNode Flag = new() { Kind = SchemaKind.Boolean, GoType = "bool" };
    private static readonly SchemaNode Whole = new() { Kind = SchemaKind.Integer, GoType = "int32" };
    private static readonly SchemaNode Moment = new() { Kind = SchemaKind.Time, GoType = "v1.Time" };

    public static SchemaNode Create(BuiltInTypes types) => Object(
        ("kind", Text),
        ("apiVersion", Text),
        ("metadata", types["meta/v1.ObjectMeta"]),
        ("spec", Spec()),
        ("status", Status()));

    private static SchemaNode Spec() => Object(
        ("group", Text),
        ("names", Names()),
        ("scope", Text),
        ("versions", List(Version())),
        ("conversion", Object(("strategy", Text), ("webhook", SchemaNode.Anything))),
        ("preserveUnknownFields", Flag));

    private static SchemaNode Status() => WithAlways(["conditions", "acceptedNames", "storedVersions"],
        ("conditions", Keyed(Object(("type", Text), ("status", Text), ("lastTransitionTime", Moment), ("reason", Text), ("message", Text), ("observedGeneration", Whole)), "type")),
        ("acceptedNames", WithAlways(["plural", "kind"], NameFields)),
        ("storedVersions", List(Text)));

    private static (string Name, SchemaNode Node)[] NameFields =>
        [("plural", Text), ("singular", Text), ("shortNames", List(Text)), ("kind", Text), ("listKind", Text), ("categories", List(Text))];

    private static SchemaNode Names() => Object(NameFields);

    private static SchemaNode Version() => Object(
        ("name", Text),
        ("served", Flag),
        ("storage", Flag),
        ("deprecated", Flag),
        ("deprecationWarning", Text),
        ("schema", Object(("openAPIV3Schema", SchemaNode.Anything))),
        ("subresources", Object(
            ("status", new SchemaNode { Kind = SchemaKind.Object }),
            ("scale", Object(("specReplicasPath", Text), ("statusReplicasPath", Text), ("labelSelectorPath", Text))))),
        ("additionalPrinterColumns", List(Object(
            ("name", Text), ("type", Text), ("format", Text), ("description", Text), ("priority", Whole), ("jsonPath", Text)))),
        ("selectableFields", List(Object(("jsonPath", Text)))));

    private static SchemaNode List(SchemaNode items) => new() { Kind = SchemaKind.List, Items = items };

    private static SchemaNode Keyed(SchemaNode items, string key) =>
        new() { Kind = SchemaKind.List, Items = items, ListKind = ListKind.Map, ListMapKeys = [key] };

    private static SchemaNode WithAlways(string[] always, params (string Name, SchemaNode Node)[] fields) => new()
    {
        Kind = SchemaKind.Object,
        Fields = fields.ToDictionary(f => f.Name, f => new SchemaField { Name = f.Name, Node = f.Node, Always = always.Contains(f.Name) }, StringComparer.Ordinal),
    };

    private static SchemaNode Object(params (string Name, SchemaNode Node)[] fields) => new()
    {
        Kind = SchemaKind.Object,
        Fields = fields.ToDictionary(f => f.Name, f => new SchemaField { Name = f.Name, Node = f.Node }, StringComparer.Ordinal),
    };
}

using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Discovery;

/// <summary>One printer column of a custom resource, or a built-in column (without a path: its cells come from code).</summary>
internal sealed record PrinterColumn(string Name, string Type, string Format, int Priority, string JsonPath, string Description);

/// <summary>JSON paths of a custom resource's scale subresource.</summary>
internal sealed record ScalePaths(string SpecReplicas, string StatusReplicas, string LabelSelector);

/// <summary>A subresource beside status and scale: the verbs it answers and the kind of its body.</summary>
internal sealed record SubresourceDefinition(string Name, IReadOnlyList<string> Verbs, string Group, string Version, string Kind);

/// <summary>One served resource in one version: its names, its schema and what may be done with it.</summary>
internal sealed record ResourceDefinition
{
    public required string Group { get; init; }

    public required string Version { get; init; }

    public required string Plural { get; init; }

    public required string Kind { get; init; }

    public string Singular { get; init; } = "";

    public string ListKind { get; init; } = "";

    public required bool Namespaced { get; init; }

    public IReadOnlyList<string> ShortNames { get; init; } = [];

    public IReadOnlyList<string> Categories { get; init; } = [];

    public IReadOnlyList<string> Verbs { get; init; } = AllVerbs;

    public IReadOnlyList<SubresourceDefinition> Subresources { get; init; } = [];

    public bool HasStatus { get; init; }

    public bool HasScale { get; init; }

    public ScalePaths? ScalePaths { get; init; }

    public required SchemaNode Schema { get; init; }

    /// <summary>Type name of a built-in kind in the field table; empty for custom resources.</summary>
    public string TypeName { get; init; } = "";

    public bool IsCustom => TypeName.Length == 0;

    /// <summary>`apps.Deployment`: how Go names the type in messages.</summary>
    public string GoType => TypeName switch
    {
        "" => "unstructured.Unstructured",
        "crd" => "apiextensions.CustomResourceDefinition",
        _ => $"{TypeName[..TypeName.IndexOf('/', StringComparison.Ordinal)]}.{Kind}",
    };

    public IReadOnlyList<PrinterColumn> Columns { get; init; } = [];

    /// <summary>Objects are kept under this name whatever the version: `group/plural`, or `plural` for core.</summary>
    public string StorageKey { get; init; } = "";

    public string StorageVersion { get; init; } = "";

    /// <summary>The definition of the custom resource is being deleted: objects may go, none may come.</summary>
    public bool IsTerminating { get; init; }

    public bool Deprecated { get; init; }

    public string DeprecationWarning { get; init; } = "";

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>`deployments.apps`, `pods`: how messages name it.</summary>
    public string QualifiedName => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>JSON paths of the fields that field selectors may name, for custom resources.</summary>
    public IReadOnlyList<string> SelectableFields { get; init; } = [];

    public static IReadOnlyList<string> CustomVerbs { get; } = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];

    public static IReadOnlyList<string> AllVerbs { get; } = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    public static IReadOnlyList<string> CreateOnly { get; } = ["create"];

    /// <summary>A question or an order: answered, never stored.</summary>
    public bool IsReview => Verbs.Count == 1 && Verbs[0] == "create";
}

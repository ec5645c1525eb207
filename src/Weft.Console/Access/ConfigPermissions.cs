using System.Collections.Immutable;
using Weft.Kubernetes.Objects;

namespace Weft.Console.Access;

/// <summary>What the console may do with configuration objects.</summary>
public readonly record struct ObjectPermissions(bool Create, bool Update, bool Delete)
{
    public static ObjectPermissions None { get; }
}

/// <summary>The console's rights in one namespace, as the API server tells them (SelfSubjectRulesReview).</summary>
public sealed class ConfigPermissions(ImmutableArray<ResourceRule> rules)
{
    /// <summary>None at all: of a console that only shows, or whose rights could not be asked for.</summary>
    public static ConfigPermissions None { get; } = new([]);

    /// <summary>What is allowed for every kind of Istio's networking and security.</summary>
    public ObjectPermissions All => Of("networking.istio.io", "*");

    public ObjectPermissions Of(KubeResource<UntypedObject> resource) => Of(resource.Group, resource.Plural);

    private ObjectPermissions Of(string group, string plural) =>
        new(Allows(group, plural, "create"), Allows(group, plural, "update", "patch"), Allows(group, plural, "delete"));

    private bool Allows(string group, string plural, params ReadOnlySpan<string> verbs)
    {
        foreach (var rule in rules)
        {
            if (rule.ResourceNames.IsEmpty && Has(rule.ApiGroups, group) && Has(rule.Resources, plural))
            {
                foreach (var verb in verbs)
                {
                    if (Has(rule.Verbs, verb))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    private static bool Has(ImmutableArray<string> values, string value) => values.Contains("*") || values.Contains(value);
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;
using Weft.Kubernetes.Json;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Selectors;

namespace Weft.ApiServer.Controllers;

/// <summary>
/// A ClusterRole with an aggregationRule has the rules of all ClusterRoles that it selects, as kube-controller-manager's clusterrole-aggregation writes them.
/// </summary>
internal sealed partial class RoleAggregation(ObjectStore store, SystemWriter writer, ILogger<RoleAggregation> logger)
{
    private const string Resource = "rbac.authorization.k8s.io/clusterroles";

    /// <summary>Roles select roles that select roles: after so many rounds what is left selects itself.</summary>
    private const int Rounds = 8;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        ResourceObjects? seen = null;
        await foreach (var snapshot in store.Snapshots.WatchAsync(cancellationToken))
        {
            if (ReferenceEquals(seen, snapshot.Of(Resource))) continue;
            seen = snapshot.Of(Resource);
            try
            {
                await SettleAsync(cancellationToken);
            }
            catch (StatusException exception)
            {
                LogAggregationFailed(logger, exception);
            }
        }
    }

    /// <summary>Writes the rules of every aggregating role until nothing changes.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var roles = store.Current.Of(Resource).Select(item => (Item: item, Content: JsonText.ParseObject(item.Json.Span))).ToList();
            var changed = false;
            foreach (var (item, content) in roles.Where(role => role.Content.Object("aggregationRule") is not null))
            {
                var rules = RulesOf(content, roles);
                if (JsonNode.DeepEquals(rules, content.Array("rules") ?? [])) continue;
                changed = true;
                await writer.UpdateAsync(writer.Resource("rbac.authorization.k8s.io", "clusterroles"), item.Key, "", "clusterrole-aggregation-controller", current => With(current, rules), cancellationToken);
            }

            if (!changed) return;
        }
    }

    private static JsonObject With(JsonObject role, JsonArray rules)
    {
        role["rules"] = rules.DeepClone();
        return role;
    }

    /// <summary>The rules of the selected roles, each once, by the order of selectors and names.</summary>
    private static JsonArray RulesOf(JsonObject role, List<(StoredObject Item, JsonObject Content)> roles)
    {
        var rules = new JsonArray();
        foreach (var selector in JsonAccess.Objects(role.Object("aggregationRule")?.Array("clusterRoleSelectors")))
        {
            var query = LabelQuery.From(selector.Deserialize(KubernetesJson.TypeInfo<LabelSelector>())!);
            var selected = roles.Where(other => other.Content.TextAt("metadata", "name") != role.TextAt("metadata", "name") && query.Matches(other.Item.Labels));
            foreach (var rule in selected.OrderBy(other => other.Item.Key.Name, StringComparer.Ordinal).SelectMany(other => JsonAccess.Objects(other.Content.Array("rules"))))
                if (!rules.Any(present => JsonNode.DeepEquals(present, rule))) rules.Add(rule.DeepClone());
        }

        return rules;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The rules of aggregated roles were not written")]
    private static partial void LogAggregationFailed(ILogger logger, Exception exception);
}

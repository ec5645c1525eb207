using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Weft.Proxy.Subscriptions;

/// <summary>The resources of one type as they were last accepted. A resource that did not change is not compiled again; one that is refused leaves its predecessor.</summary>
/// <param name="compile">Makes a model of a resource and of its predecessor's model; throws what is wrong with it.</param>
internal sealed class ResourceTable<TConfig, TModel>(MessageParser<TConfig> parser, Func<TConfig, string> name, Func<TConfig, TModel?, TModel> compile)
    where TConfig : IMessage<TConfig>
    where TModel : class
{
    private readonly Dictionary<string, (ByteString Source, TModel Model)> _accepted = new(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, TModel>> Entries => _accepted.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Model));

    public IEnumerable<TModel> Models => _accepted.Values.Select(entry => entry.Model);

    public bool Contains(string resource) => _accepted.ContainsKey(resource);

    public TModel? Find(string resource) => _accepted.TryGetValue(resource, out var entry) ? entry.Model : null;

    /// <summary>Takes some of the type's resources; what is not among them stays.</summary>
    /// <returns>The names that were among them, refused or not.</returns>
    public HashSet<string> Take(IEnumerable<Any> resources, List<string> errors)
    {
        var present = new HashSet<string>(StringComparer.Ordinal);
        ResourceReader.Each(resources, parser, name, errors, (resource, config, source) =>
        {
            present.Add(resource);
            var known = _accepted.TryGetValue(resource, out var old);
            if (!known || !old.Source.Equals(source))
            {
                _accepted[resource] = (source, compile(config, old.Model));
            }
        });
        return present;
    }

    /// <summary>Takes all of the type's resources; what is not among them is gone.</summary>
    public void TakeAll(IEnumerable<Any> resources, List<string> errors) => Keep(Take(resources, errors));

    public void Keep(IReadOnlySet<string> names)
    {
        foreach (var gone in _accepted.Keys.Where(key => !names.Contains(key)))
        {
            _accepted.Remove(gone);
        }
    }
}

using System.Diagnostics.CodeAnalysis;

namespace Weft.Console.Graph.Model;

/// <summary>
/// Values by text, in ordinal order, of which there is mostly one: that one costs no object of its own. A graph has thousands of these.
/// Mutable; pass it by reference.
/// </summary>
internal struct SmallMap<TValue>
{
    private string? _onlyKey;
    private TValue _only;
    private string[]? _keys;
    private TValue[]? _values;

    public int Count { get; private set; }

    public readonly string KeyAt(int index) => _keys is null ? _onlyKey! : _keys[index];

    public readonly TValue ValueAt(int index) => _values is null ? _only : _values[index];

    /// <summary>The value of the key, put there as the default when it is new. Valid until the next new key.</summary>
    [UnscopedRef]
    public ref TValue ValueOf(string key)
    {
        if (_keys is not null)
        {
            return ref OfMany(key);
        }

        if (Count == 0)
        {
            _onlyKey = key;
            Count = 1;
        }
        else if (_onlyKey != key)
        {
            _keys = [_onlyKey!, "", "", ""];
            _values = [_only, default!, default!, default!];
            return ref OfMany(key);
        }

        return ref _only;
    }

    private ref TValue OfMany(string key)
    {
        var place = Array.BinarySearch(_keys!, 0, Count, key, StringComparer.Ordinal);
        return ref _values![place >= 0 ? place : Insert(~place, key)];
    }

    private int Insert(int place, string key)
    {
        if (Count == _keys!.Length)
        {
            Array.Resize(ref _keys, 2 * Count);
            Array.Resize(ref _values, 2 * Count);
        }

        Array.Copy(_keys, place, _keys, place + 1, Count - place);
        Array.Copy(_values!, place, _values!, place + 1, Count - place);
        _keys[place] = key;
        _values![place] = default!;
        Count++;
        return place;
    }
}

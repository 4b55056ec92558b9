import { Autocomplete, useFilter } from 'react-aria-components/Autocomplete';
import { Button } from 'react-aria-components/Button';
import { Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from 'react-aria-components/Menu';
import { Input, SearchField } from 'react-aria-components/SearchField';
import type { OptimizerDefinition } from '../../../optimizers/definition.ts';
import { actions } from '../../store/actions.ts';
import { methodsByKin } from '../../store/kin.ts';

const GROUPS = methodsByKin();

/** What a search looks in: name, authors and the idea the method shares. */
const searchText = ({ label, paper }: OptimizerDefinition, kin: string) => `${label} ${paper.authors} ${paper.year} ${kin}`;

/** The menu of all methods, by kinship, narrowed by typing. */
export function AddRacer({ isFull, onAdded }: { readonly isFull: boolean; readonly onAdded: (key: string) => void }) {
  const { contains } = useFilter({ sensitivity: 'base' });
  const add = (id: string) => {
    const key = actions.addRacer(id);
    if (key) onAdded(key);
  };
  return (
    <MenuTrigger>
      <Button className="button" isDisabled={isFull}>
        Add optimizer
      </Button>
      <Popover className="menu-popover" placement="bottom start">
        <Autocomplete filter={contains}>
          <SearchField className="menu-search" aria-label="Find an optimizer" autoFocus>
            <Input className="input" placeholder="Name, author or idea" />
          </SearchField>
          <Menu
            className="menu"
            aria-label="Optimizers"
            onAction={(id) => add(String(id))}
            renderEmptyState={() => <p className="menu-empty">No optimizer is called that.</p>}
          >
            {GROUPS.map(({ kin, title, methods }) => (
              <MenuSection key={kin} className="menu-section">
                <Header className="menu-title">{title}</Header>
                {methods.map((definition) => (
                  <MenuItem key={definition.id} id={definition.id} textValue={searchText(definition, title)} className="menu-item">
                    {definition.label}
                    <span className="menu-note">
                      {definition.paper.authors}, {definition.paper.year}
                    </span>
                  </MenuItem>
                ))}
              </MenuSection>
            ))}
          </Menu>
        </Autocomplete>
      </Popover>
    </MenuTrigger>
  );
}
